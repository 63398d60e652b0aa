// Slices (R4 "profiling", slicing and discriminators). It finds the slice of each value in a list. Then it
// checks the number and the order that the profile requires.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// `items`: all values below `owner` of the element that `sliced` describes.
void check_slices(Context& context, const At& owner, const std::vector<At>& items, const Node& sliced,
                  const Profile& profile);

// Checks the cardinality of a slice. It is defined in conformance.cpp.
void check_slice_count(Context& context, const At& owner, const Node& slice, std::size_t count,
                       const Profile& profile);

}  // namespace handoff::validation
