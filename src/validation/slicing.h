// Slices (R4 "profiling", slicing and discriminators): which slice each value of a list is in, and whether there are as many of
// each, and in the order, that the profile asks for.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// All values of the element that `sliced` describes, below `owner`.
void check_slices(Context& context, const At& owner, const std::vector<At>& items, const Node& sliced, const Profile& profile);

// In conformance.cpp: cardinality of a slice.
void check_slice_count(Context& context, const At& owner, const Node& slice, std::size_t count, const Profile& profile);

}  // namespace handoff::validation
