// The setting `profiles` held against what is known: a profile that nobody could conform to is found at the start, not by the
// first client that writes.
#pragma once

#include "admission/required_profiles.h"
#include "core/result.h"
#include "knowledge.h"

namespace handoff::gateway {

// Problem: incorrect, an issue for each type that R4 lacks and each profile that is not known, cannot be read, or is of another
// type; expression "CLIENT.TYPE".
Result<void> check_profiles(const admission::RequiredProfiles& required, const Knowledge& knowledge);

}  // namespace handoff::gateway
