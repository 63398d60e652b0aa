// SQLite's C interface as values that close themselves. A failure of the disk throws StoreFailure.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "store/failure.h"
#include "store/numbers.h"

struct sqlite3;
struct sqlite3_stmt;

namespace handoff::sqlite {

using namespace store;  // this module implements the store's ports and uses their names

class Connection {
 public:
  // Opens or creates the file. Throws StoreFailure.
  explicit Connection(const std::filesystem::path& file, bool read_only = false);
  void execute(const char* sql);
  sqlite3* handle() const { return handle_.get(); }
  // After each commit of this connection it writes the length of the write-ahead log to `pages`. This
  // replaces automatic checkpoints.
  void watch_log(std::atomic<int>& pages);

 private:
  struct Close {
    void operator()(sqlite3*) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement for repeated use: bind, then run() or step() until false, then reset(). run() resets
// by itself.
class Statement {
 public:
  Statement(const Connection& connection, std::string_view sql);
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::uint64_t value) { return bind(index, static_cast<std::int64_t>(value)); }
  Statement& bind(int index, int value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, double value);
  template <class Number>
    requires std::is_enum_v<Number>
  Statement& bind(int index, Number number) {
    return bind(index, std::int64_t(number));
  }
  Statement& bind(int index, std::string_view text);  // the text must live until the statement has run
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const std::string& text) { return bind(index, std::string_view(text)); }
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);
  bool step();  // true: a row is ready
  void run();   // to the end, then reset
  void reset();
  std::int64_t integer(int column) const;
  Pk pk(int column) const { return Pk{integer(column)}; }
  PatientNumber patient(int column) const { return PatientNumber{integer(column)}; }
  double real(int column) const;
  std::string_view text(int column) const;  // bytes of TEXT or BLOB; valid until the next step or reset
  bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt*) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Resets a statement at the end of a block.
class Reset {
 public:
  explicit Reset(Statement& statement) : statement_(statement) {}
  ~Reset() { statement_.reset(); }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  Statement& statement_;
};

}  // namespace handoff::sqlite
