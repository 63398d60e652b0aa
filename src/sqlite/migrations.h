// The numbered migrations of the store, embedded from src/sqlite/migrations/*.sql.
#pragma once

#include <filesystem>
#include <span>

#include "core/result.h"

namespace handoff::sqlite {

struct Migration {
  int number;
  const char* sql;
};

std::span<const Migration> migrations();

// Brings an open store to the newest schema, also an empty one. Problem: unavailable (a newer program wrote
// it). Throws StoreFailure.
class Connection;
Result<void> migrate(Connection& connection, const std::filesystem::path& file);

}  // namespace handoff::sqlite
