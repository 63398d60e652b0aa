// The routes of a folder (gateway/routes/README.md): its files *.json, by name.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "routing/routes.h"

namespace handoff::gateway {

// Problem: not_found (no such folder), incorrect (naming file and member of everything that is wrong).
Result<routing::Routes> load_routes(const std::filesystem::path& folder);

}  // namespace handoff::gateway
