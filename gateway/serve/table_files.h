// The tables that tell people apart: placeholders and nicknames (gateway/tables).
#pragma once

#include <filesystem>

#include "core/result.h"
#include "identity/tables.h"

namespace handoff::gateway {

// Problem: not_found, incorrect (with file and record).
Result<identity::Placeholders> load_placeholders(const std::filesystem::path& file);
Result<identity::Nicknames> load_nicknames(const std::filesystem::path& file);

// Both tables, from a folder that holds them under their shipped names.
Result<identity::Tables> load_tables(const std::filesystem::path& folder);

}  // namespace handoff::gateway
