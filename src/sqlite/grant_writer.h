// Writes shapes and grants: interned numbers, and one row for each patient and scope. Each change is logged
// with a version, which rises in every transaction that changes grants.
#pragma once

#include <map>
#include <string>

#include "sqlite/connection.h"
#include "store/batch.h"

namespace handoff::sqlite {

class GrantWriter {
 public:
  explicit GrantWriter(const Connection& connection);

  // The numbers of a write's shapes, at least one, counted from 1. A row has 16 bits for a shape. If they are
  // used up, a resource gets 0, so that the resource itself is always asked. A facet gets closed_shape.
  std::vector<std::int64_t> shape_numbers(const std::vector<std::string>& shapes);
  void replace(PatientNumber patient, const std::vector<Grant>& grants, Instant now);
  void open(PatientNumber patient, const Opening& opening, Instant now);

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
  std::map<std::int64_t, Row> rows_of(PatientNumber patient);
  std::int64_t next_version();
  Row row_of(const Grant& grant, const Row& had, Instant now);
  void put(std::int64_t version, PatientNumber patient, std::int64_t scope, const Row& row);

  Statement shape_find_, shape_last_, shape_insert_, scope_find_, scope_insert_, class_find_, class_insert_;
  Statement rows_, upsert_, remove_, change_, version_;
};

}  // namespace handoff::sqlite
