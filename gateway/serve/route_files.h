// The routes of a folder (gateway/routes/README.md): its files *.json, in the order of their names.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "routing/routes.h"

namespace handoff::gateway {

// Problem: not_found (the folder), incorrect (with file and member for each fault).
Result<routing::Routes> load_routes(const std::filesystem::path& folder);

}  // namespace handoff::gateway
