// What a resource that leaves still claims of profiles (`meta.profile`). Pure.
#pragma once

#include "json/value.h"

namespace handoff::consent {

// The same resource, claiming only what it can still keep. Whether a claim goes depends on what is left alone, so it tells nothing that
// what is left does not tell. A Patient that claims profiles and has no gender says `unknown`, as US Core wants it of what is missing and
// of what is not shown alike.
json::Value with_kept_claims(json::Arena& arena, json::Value resource);

}  // namespace handoff::consent
