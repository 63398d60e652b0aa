// One discriminator (R4 "profiling", discriminator): does a value have what marks the slice?
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// What has to be distinguished, by default: extensions by url, a choice by its type.
std::vector<Discriminator> discriminators_of(const Node& sliced, const Slicing* slicing);
bool is_marked(Context& context, const At& item, const Node& slice, const Discriminator& discriminator, const Profile& profile);

}  // namespace handoff::validation
