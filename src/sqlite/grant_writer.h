// Shapes and grants as the writer keeps them: interned numbers, one row for each patient and scope, a log of changes under one
// version that rises in every transaction that changes any.
#pragma once

#include <map>
#include <string>

#include "store/batch.h"
#include "sqlite/connection.h"

namespace handoff::sqlite {

class GrantWriter {
 public:
  explicit GrantWriter(const Connection& connection);

  // Numbers of a write's shapes, from 1, at least one. Where there are more than a row's 16 bits can tell apart: 0 for a
  // resource, which is then always asked for, closed_shape for a facet.
  std::vector<std::int64_t> shape_numbers(const std::vector<std::string>& shapes);
  void replace(std::int64_t patient, const std::vector<Grant>& grants, Instant now);
  void open(std::int64_t patient, const Opening& opening, Instant now);

 private:
  struct Row {
    std::int64_t decision_class = 0;
    std::int64_t until_ms = 0;
    std::int64_t gained_ms = 0;
    std::int64_t gained_own_ms = 0;
    bool is_kept() const { return gained_ms > 0 || gained_own_ms > 0; }
    auto operator<=>(const Row&) const = default;
  };
  std::int64_t shape_number(std::string_view shape);  // 0: none
  std::int64_t intern(Statement& find, Statement& insert, std::string_view first, std::string_view second);
  std::map<std::int64_t, Row> rows_of(std::int64_t patient);
  std::int64_t next_version();
  Row row_of(const Grant& grant, const Row& had, Instant now);
  void put(std::int64_t version, std::int64_t patient, std::int64_t scope, const Row& row);

  Statement shape_find_, shape_last_, shape_insert_, scope_find_, scope_insert_, class_find_, class_insert_;
  Statement rows_, upsert_, remove_, change_, version_;
};

}  // namespace handoff::sqlite
