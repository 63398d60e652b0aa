// Folded consents in a SQLite file.

#include <limits>

#include "sqlite/ports.h"

namespace handoff::sqlite {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

GrantRow grant_row(const Statement& row) {
  GrantRow grant{row.patient(0), row.integer(1), {}, instant(row.integer(3)), instant(row.integer(4))};
  if (row.integer(2) != never) grant.until = instant(row.integer(2));
  return grant;
}

std::int64_t number(Statement& statement) {
  const Reset reset(statement);
  statement.step();
  return statement.integer(0);
}

std::optional<std::string> text(Statement& statement, std::int64_t id) {
  const Reset reset(statement);
  if (!statement.bind(1, id).step()) return std::nullopt;
  return std::string(statement.text(0));
}

}  // namespace

GrantStatements::GrantStatements(const Connection& c)
    : version(c, "SELECT version FROM consent_version"),
      of_scope(c,
               "SELECT patient, class, until_ms, gained_ms, gained_own_ms FROM patient_grant INDEXED BY "
               "patient_grant_of_scope "
               "WHERE scope = (SELECT id FROM scope WHERE recipient = ?1 AND purpose = ?2) ORDER BY patient"),
      changed(c,
              "SELECT DISTINCT c.patient, g.class, g.until_ms, g.gained_ms, g.gained_own_ms FROM "
              "consent_change c "
              "LEFT JOIN patient_grant g ON g.patient = c.patient AND g.scope = c.scope "
              "WHERE c.version > ?3 AND c.scope = (SELECT id FROM scope WHERE recipient = ?1 AND purpose = "
              "?2) ORDER BY c.patient"),
      of_patient(
          c,
          "SELECT g.patient, g.class, g.until_ms, g.gained_ms, g.gained_own_ms, s.recipient, s.purpose "
          "FROM patient_grant g CROSS JOIN scope s ON s.id = g.scope WHERE g.patient = ?1"),
      passed(c,
             "SELECT DISTINCT patient FROM patient_grant INDEXED BY patient_grant_until WHERE until_ms <= ?1 "
             "AND until_ms < "
             "9223372036854775807 AND patient > ?2 ORDER BY patient LIMIT ?3"),
      class_text(c, "SELECT provisions FROM decision_class WHERE id = ?1"),
      shape_text(c, "SELECT labels FROM shape WHERE id = ?1"),
      shape_number(c, "SELECT id FROM shape WHERE labels = ?1 AND kind = 0"),
      last_class(c, "SELECT coalesce(max(id), 0) FROM decision_class"),
      last_shape(c, "SELECT coalesce(max(id), 0) FROM shape") {}

std::int64_t SqliteGrants::consent_version() const { return number(statements_.version); }

std::vector<GrantRow> SqliteGrants::of_scope(std::string_view recipient, std::string_view purpose) const {
  Statement& s = statements_.of_scope;
  const Reset reset(s);
  s.bind(1, recipient).bind(2, purpose);
  std::vector<GrantRow> found;
  while (s.step()) found.push_back(grant_row(s));
  return found;
}

std::vector<GrantChange> SqliteGrants::changed_since(std::int64_t version, std::string_view recipient,
                                                     std::string_view purpose) const {
  Statement& s = statements_.changed;
  const Reset reset(s);
  s.bind(1, recipient).bind(2, purpose).bind(3, version);
  std::vector<GrantChange> found;
  while (s.step()) {
    found.push_back({s.patient(0), {}});
    if (!s.is_null(1)) found.back().now = grant_row(s);
  }
  return found;
}

std::vector<ScopedRow> SqliteGrants::of_patient(PatientNumber patient) const {
  Statement& s = statements_.of_patient;
  const Reset reset(s);
  s.bind(1, patient);
  std::vector<ScopedRow> found;
  while (s.step()) found.push_back({std::string(s.text(5)), std::string(s.text(6)), grant_row(s)});
  return found;
}

std::vector<PatientNumber> SqliteGrants::passed(Instant at, PatientNumber after, std::size_t count) const {
  Statement& s = statements_.passed;
  const Reset reset(s);
  s.bind(1, std::int64_t(at.time_since_epoch().count())).bind(2, after).bind(3, std::int64_t(count));
  std::vector<PatientNumber> found;
  while (s.step()) found.push_back(s.patient(0));
  return found;
}

std::optional<std::string> SqliteGrants::class_text(std::int64_t id) const {
  return text(statements_.class_text, id);
}
std::optional<std::string> SqliteGrants::shape_text(std::uint32_t id) const {
  return text(statements_.shape_text, id);
}
std::uint32_t SqliteGrants::shape_number(std::string_view text) const {
  Statement& s = statements_.shape_number;
  const Reset reset(s);
  return s.bind(1, text).step() ? std::uint32_t(s.integer(0)) : 0;
}
std::int64_t SqliteGrants::last_class() const { return number(statements_.last_class); }
std::uint32_t SqliteGrants::last_shape() const { return std::uint32_t(number(statements_.last_shape)); }

}  // namespace handoff::sqlite
