// What a patch makes of a resource.
#pragma once

#include <string>
#include <string_view>

#include "authoring/write.h"

namespace handoff::rest {

inline constexpr std::string_view json_patch_type = "application/json-patch+json";

// Of a JSON Patch (RFC 6902). `place` names the patch in the request, for issues: "http.body". Problem:
// incorrect (no JSON).
Result<authoring::Derive> read_json_patch(std::string_view text, std::string place);

}  // namespace handoff::rest
