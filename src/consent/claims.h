// Which profiles (`meta.profile`) a resource still claims when it leaves. Pure.
#pragma once

#include "json/value.h"

namespace handoff::consent {

// The same resource with only those claims that it still meets. The choice looks only at what is left, so it
// reveals nothing about what was removed. A Patient that claims profiles and has no gender gets `unknown`. US
// Core asks for this both for missing data and for data that is not shown.
json::Value with_kept_claims(json::Arena& arena, json::Value resource);

}  // namespace handoff::consent
