// The schema that a store's file has, and the one that this program writes.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace handoff::sqlite {

int newest_schema();

// Read without changing anything. Problem: not_found (no file), unavailable (no store, or damaged).
Result<int> schema_of(const std::filesystem::path& file);

// Is it the one that this program reads? Problem: precondition (another: migrate first), and those of schema_of().
Result<void> check_schema(const std::filesystem::path& file);

// To the newest schema, what is there kept. Problem: not_found, unavailable (in use, a newer program's, the disk).
Result<void> migrate(const std::filesystem::path& file);

// Does the key seal the ledger's last entry as it is sealed? A store without entries fits any key.
// Problem: incorrect (another key), and those of schema_of().
Result<void> check_ledger_key(const std::filesystem::path& file, std::string_view ledger_key);

}  // namespace handoff::sqlite
