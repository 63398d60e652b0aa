#include "sqlite/schema.h"

#include <fmt/format.h>

#include "ledger/chain.h"
#include "sqlite/connection.h"
#include "sqlite/file_lock.h"
#include "sqlite/migrations.h"

namespace handoff::sqlite {
namespace {

Problem no_file(const std::filesystem::path& file) {
  return problem(Kind::not_found, "there is no store " + file.string());
}

int number_of(const Connection& connection) {
  Statement s(connection, "PRAGMA user_version");
  s.step();
  return int(s.integer(0));
}

}  // namespace

int newest_schema() { return migrations().back().number; }

Result<int> schema_of(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return no_file(file);
  try {
    return number_of(Connection(file, true));
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
  }
}

Result<void> check_schema(const std::filesystem::path& file) {
  const auto schema = schema_of(file);
  if (!schema) return schema.error();
  if (*schema == newest_schema()) return {};
  return problem(Kind::precondition,
                 fmt::format("{} has schema {}, this program knows {}{}", file.string(), *schema,
                             newest_schema(), *schema < newest_schema() ? ": migrate it first" : ""));
}

Result<void> migrate(Connection& connection, const std::filesystem::path& file) {
  connection.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  const int have = number_of(connection);
  if (have > newest_schema())
    return problem(Kind::unavailable,
                   fmt::format("{} was written by a newer program (schema {}, this one knows {})",
                               file.string(), have, newest_schema()));
  for (const Migration& migration : migrations()) {
    if (migration.number <= have) continue;
    connection.execute("BEGIN IMMEDIATE");
    connection.execute(migration.sql);
    connection.execute(fmt::format("PRAGMA user_version = {}", migration.number).c_str());
    connection.execute("COMMIT");
  }
  return {};
}

Result<void> migrate(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return no_file(file);
  const FileLock lock(file);
  if (!lock.take())
    return problem(Kind::unavailable,
                   file.string() + " is in use by another process, or its folder cannot be written");
  try {
    Connection connection(file);
    return migrate(connection, file);
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
  }
}

Result<void> check_ledger_key(const std::filesystem::path& file, std::string_view ledger_key) {
  if (!std::filesystem::exists(file)) return no_file(file);
  try {
    const Connection connection(file, true);
    Statement s(connection,
                "SELECT l.at_ms, l.entry, l.seal, coalesce((SELECT seal FROM ledger b WHERE b.number < "
                "l.number ORDER BY b.number DESC "
                "LIMIT 1), x'') FROM ledger l ORDER BY l.number DESC LIMIT 1");
    if (s.step() && ledger::seal_of(ledger_key, s.text(3), s.integer(0), s.text(1)) != s.text(2))
      return problem(Kind::incorrect, "the ledger of " + file.string() + " was sealed with another key");
    return {};
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
  }
}

}  // namespace handoff::sqlite
