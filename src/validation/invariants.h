// Checks the invariants of a value: those of its type, its element and the requested profile (R4
// "conformance-rules", constraints).
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_invariants(Context& context, const At& at, const Invariants& invariants);
// R4's rules for contained resources, and its advice about narratives (dom-3 to dom-6).
void check_contained(Context& context, const At& resource);

}  // namespace handoff::validation
