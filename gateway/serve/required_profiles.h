// Checks the setting `profiles` against what is known. The start finds a profile to which no resource can
// conform, before the first client writes.
#pragma once

#include "admission/required_profiles.h"
#include "core/result.h"
#include "serve/knowledge.h"

namespace handoff::gateway {

// Problem: incorrect. It has an issue for each type that R4 lacks, and for each profile that is not known,
// cannot be read, or is of another type. The expression is "CLIENT.TYPE".
Result<void> check_profiles(const admission::RequiredProfiles& required, const Knowledge& knowledge);

}  // namespace handoff::gateway
