#include "sqlite/grant_writer.h"

#include <algorithm>
#include <limits>

namespace handoff::sqlite {
namespace {

constexpr std::int64_t shapes_max = closed_shape - 1;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::int64_t ms(Instant instant) { return std::int64_t(instant.time_since_epoch().count()); }

}  // namespace

GrantWriter::GrantWriter(const Connection& c)
    : shape_find_(c, "SELECT id FROM shape WHERE labels = ?1 AND kind = 0"),
      shape_last_(c, "SELECT coalesce(max(id), 0) FROM shape"),
      shape_insert_(c, "INSERT INTO shape (labels, kind) VALUES (?1, 0) RETURNING id"),
      scope_find_(c, "SELECT id FROM scope WHERE recipient = ?1 AND purpose = ?2"),
      scope_insert_(c,
                    "INSERT INTO scope (recipient, purpose, default_class) VALUES (?1, ?2, 0) RETURNING id"),
      class_find_(c, "SELECT id FROM decision_class WHERE provisions = ?1"),
      class_insert_(c, "INSERT INTO decision_class (provisions) VALUES (?1) RETURNING id"),
      rows_(c,
            "SELECT scope, class, until_ms, gained_ms, gained_own_ms FROM patient_grant WHERE patient = ?1"),
      upsert_(
          c,
          "INSERT OR REPLACE INTO patient_grant (patient, scope, class, until_ms, gained_ms, gained_own_ms) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      remove_(c, "DELETE FROM patient_grant WHERE patient = ?1 AND scope = ?2"),
      change_(
          c,
          "INSERT OR REPLACE INTO consent_change (version, patient, scope, class) VALUES (?1, ?2, ?3, ?4)"),
      version_(c, "UPDATE consent_version SET version = version + 1 WHERE id = 1 RETURNING version") {}

std::int64_t GrantWriter::intern(Statement& find, Statement& insert, std::string_view first,
                                 std::string_view second) {
  for (Statement* statement : {&find, &insert}) {
    const Reset reset(*statement);
    statement->bind(1, first);
    if (!second.empty()) statement->bind(2, second);
    if (statement->step()) return statement->integer(0);
  }
  return 0;
}

std::int64_t GrantWriter::shape_number(std::string_view shape) {
  if (shape.empty()) return 0;
  {
    const Reset reset(shape_find_);
    if (shape_find_.bind(1, shape).step()) return shape_find_.integer(0);
  }
  {
    const Reset reset(shape_last_);
    shape_last_.step();
    if (shape_last_.integer(0) >= shapes_max) return 0;
  }
  const Reset reset(shape_insert_);
  shape_insert_.bind(1, shape).step();
  return shape_insert_.integer(0);
}

std::vector<std::int64_t> GrantWriter::shape_numbers(const std::vector<std::string>& shapes) {
  std::vector<std::int64_t> numbers;
  for (const std::string& shape : shapes) {
    const std::int64_t number = shape_number(shape);
    numbers.push_back(number == 0 && !numbers.empty() ? closed_shape : number);
  }
  if (numbers.empty()) numbers.push_back(0);
  return numbers;
}

std::map<std::int64_t, GrantWriter::Row> GrantWriter::rows_of(PatientNumber patient) {
  const Reset reset(rows_);
  rows_.bind(1, patient);
  std::map<std::int64_t, Row> rows;
  while (rows_.step())
    rows[rows_.integer(0)] = {rows_.integer(1), rows_.integer(2), rows_.integer(3), rows_.integer(4)};
  return rows;
}

std::int64_t GrantWriter::next_version() {
  const Reset reset(version_);
  version_.step();
  return version_.integer(0);
}

GrantWriter::Row GrantWriter::row_of(const Grant& grant, const Row& had, Instant now) {
  return {intern(class_find_, class_insert_, grant.provisions, {}), grant.until ? ms(*grant.until) : never,
          std::max({had.gained_ms, ms(grant.gained), grant.opens ? ms(now) : 0}),
          std::max({had.gained_own_ms, ms(grant.gained_own), grant.opens_own ? ms(now) : 0})};
}

void GrantWriter::put(std::int64_t version, PatientNumber patient, std::int64_t scope, const Row& row) {
  upsert_.bind(1, patient).bind(2, scope).bind(3, row.decision_class).bind(4, row.until_ms);
  upsert_.bind(5, row.gained_ms).bind(6, row.gained_own_ms).run();
  change_.bind(1, version).bind(2, patient).bind(3, scope).bind(4, row.decision_class).run();
}

// A recipient without any grant left keeps the times of its last gains. They decide which times it sees on
// resources that it discloses itself or is given again.
void GrantWriter::replace(PatientNumber patient, const std::vector<Grant>& grants, Instant now) {
  const std::map<std::int64_t, Row> had = rows_of(patient);
  std::map<std::int64_t, Row> wanted;
  for (const Grant& grant : grants) {
    const std::int64_t scope = intern(scope_find_, scope_insert_, grant.recipient, grant.purpose);
    const auto before = had.find(scope);
    const Row row = row_of(grant, before == had.end() ? Row{} : before->second, now);
    if (!grant.provisions.empty() || grant.until || row.is_kept()) wanted[scope] = row;
  }
  for (const auto& [scope, row] : had)
    if (!wanted.contains(scope) && row.is_kept())
      wanted[scope] = {intern(class_find_, class_insert_, {}, {}), never, row.gained_ms, row.gained_own_ms};
  if (had == wanted) return;
  const std::int64_t version = next_version();
  for (const auto& [scope, row] : had) {
    if (wanted.contains(scope)) continue;
    remove_.bind(1, patient).bind(2, scope).run();
    change_.bind(1, version).bind(2, patient).bind(3, scope).bind(4, 0).run();
  }
  for (const auto& [scope, row] : wanted)
    if (const auto before = had.find(scope); before == had.end() || before->second != row)
      put(version, patient, scope, row);
}

void GrantWriter::open(PatientNumber patient, const Opening& opening, Instant now) {
  const std::int64_t scope = intern(scope_find_, scope_insert_, opening.recipient, opening.purpose);
  const std::map<std::int64_t, Row> had = rows_of(patient);
  const auto before = had.find(scope);
  Row row = before == had.end() ? Row{intern(class_find_, class_insert_, {}, {}), never} : before->second;
  row.gained_ms = ms(now);
  if (before == had.end() || before->second != row) put(next_version(), patient, scope, row);
}

}  // namespace handoff::sqlite
