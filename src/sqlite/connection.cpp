#include "sqlite/connection.h"

#include <sqlite3.h>

#include "core/deadline.h"

namespace handoff::sqlite {
namespace {

[[noreturn]] void fail(sqlite3* handle, const char* doing) {
  throw StoreFailure(std::string(doing) + ": " + (handle ? sqlite3_errmsg(handle) : "out of memory"));
}

void check(int code, sqlite3_stmt* statement) {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), "bind");
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Connection::Connection(const std::filesystem::path& file, bool read_only) {
  sqlite3* opened = nullptr;
  const int flags =
      (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(opened, "open the store");
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, 10'000);
}

void Connection::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle_.get(), "store");
}

void Connection::watch_log(std::atomic<int>& pages) {
  const auto note = [](void* counter, sqlite3*, const char*, int now) {
    static_cast<std::atomic<int>*>(counter)->store(now);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_.get(), note, &pages);
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

Statement::Statement(const Connection& connection, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), int(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  handle_.reset(prepared);
  if (code != SQLITE_OK) fail(connection.handle(), "prepare");
}

Statement& Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), index, value), handle_.get());
  return *this;
}

Statement& Statement::bind(int index, double value) {
  check(sqlite3_bind_double(handle_.get(), index, value), handle_.get());
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  const char* data = text.data() ? text.data() : "";
  check(sqlite3_bind_text(handle_.get(), index, data, int(text.size()), SQLITE_STATIC), handle_.get());
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.data() ? bytes.data() : "";
  check(sqlite3_bind_blob(handle_.get(), index, data, int(bytes.size()), SQLITE_STATIC), handle_.get());
  return *this;
}

Statement& Statement::bind_null(int index) {
  check(sqlite3_bind_null(handle_.get(), index), handle_.get());
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* const connection = sqlite3_db_handle(handle_.get());
  const std::string what = sqlite3_errmsg(connection);
  sqlite3_reset(handle_.get());
  if (code == SQLITE_INTERRUPT) throw TimeOver();
  throw StoreFailure("store: " + what);
}

void Statement::run() {
  while (step()) {}
  reset();
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_.get(), column); }

std::string_view Statement::text(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  return {static_cast<const char*>(data), std::size_t(sqlite3_column_bytes(handle_.get(), column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

}  // namespace handoff::sqlite
