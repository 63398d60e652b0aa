// The numbered migrations of the store, embedded from src/store/migrations/*.sql.
#pragma once

#include <span>

namespace handoff::store {

struct Migration {
  int number;
  const char* sql;
};

std::span<const Migration> migrations();

}  // namespace handoff::store
