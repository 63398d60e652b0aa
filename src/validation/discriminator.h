// One discriminator (R4 "profiling", discriminator): checks if a value has what identifies a slice.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// The discriminators, with defaults if the slicing has none: the url for extensions, the type for a choice.
std::vector<Discriminator> discriminators_of(const Node& sliced, const Slicing* slicing);
bool is_marked(Context& context, const At& item, const Node& slice, const Discriminator& discriminator,
               const Profile& profile);

}  // namespace handoff::validation
