// Checks an extension (R4 "extensibility"): it should be known, be allowed here, and conform to its
// definition. An unknown modifier extension is an error, because nobody may ignore it.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// `owner`: the element that has the extension. `is_modifier`: it stands in modifierExtension.
void check_extension(Context& context, const At& owner, const At& extension, bool is_modifier);

}  // namespace handoff::validation
