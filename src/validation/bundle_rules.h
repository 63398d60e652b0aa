// The rules of a Bundle for its entries, beyond the entries' own rules (R4 "bundle", "documents",
// "messaging", "http").
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_bundle(Context& context, const At& bundle);

}  // namespace handoff::validation
