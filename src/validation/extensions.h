// Extensions (R4 "extensibility"): is it known, may it stand here, does it conform to its definition; one that modifies and is
// not known must not be ignored.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// `owner`: the element that has it. `is_modifier`: it stands in modifierExtension.
void check_extension(Context& context, const At& owner, const At& extension, bool is_modifier);

}  // namespace handoff::validation
