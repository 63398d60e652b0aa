// The schema version of a store's file, and the newest one, which this program writes.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace handoff::sqlite {

int newest_schema();

// Reads it and changes nothing. Problem: not_found (no file), unavailable (no store, or damaged).
Result<int> schema_of(const std::filesystem::path& file);

// Succeeds if it is the schema that this program reads. Problem: precondition (another schema: migrate
// first), and those of schema_of().
Result<void> check_schema(const std::filesystem::path& file);

// Migrates to the newest schema and keeps all data. Problem: not_found, unavailable (in use, a newer
// program's, the disk).
Result<void> migrate(const std::filesystem::path& file);

// Succeeds if the key makes the seal of the ledger's last entry. A store without entries fits any key.
// Problem: incorrect (another key), and those of schema_of().
Result<void> check_ledger_key(const std::filesystem::path& file, std::string_view ledger_key);

}  // namespace handoff::sqlite
