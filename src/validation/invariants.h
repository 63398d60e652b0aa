// The invariants of a value: those of its type, its element and the profile that is asked (R4 "conformance-rules", constraints).
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_invariants(Context& context, const At& at, const Invariants& invariants);
// What R4 demands of every resource about what it contains, and advises about its narrative (dom-3 to dom-6).
void check_contained(Context& context, const At& resource);

}  // namespace handoff::validation
