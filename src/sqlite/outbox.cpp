// The outbox in a SQLite file.

#include <algorithm>
#include <limits>

#include "core/limits.h"
#include "json/writer.h"
#include "sqlite/ports.h"

namespace handoff::sqlite {
namespace {

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }
std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

std::string json_array(const auto& texts) {
  std::string out;
  json::Writer(out).texts(texts);
  return out;
}

// Each requested property is a condition of its own, so that SQLite can choose the index to begin with. All
// values are bound.
std::string statement_of(const DeliveryQuery& query) {
  std::string sql(outbox_columns);
  sql += "WHERE occurred_ms BETWEEN ?1 AND ?2 AND (occurred_ms, id) < (?3, ?4)";
  if (query.patients.size() == 1) sql += " AND patient = ?5";
  if (query.patients.size() > 1) sql += " AND patient IN (SELECT value FROM json_each(?5))";
  if (!query.recipient.empty()) sql += " AND recipient = ?6";
  if (!query.event.empty()) sql += " AND event = ?7";
  if (!query.statuses.empty()) sql += " AND status IN (SELECT value FROM json_each(?8))";
  return sql + " ORDER BY occurred_ms DESC, id DESC LIMIT ?9";
}

}  // namespace

OutboxRow outbox_row(const Statement& row) {
  OutboxRow out;
  out.id = row.integer(0);
  out.event = row.text(1);
  out.patient = fhir::Reference(row.text(2));
  out.recipient = row.text(3);
  out.focus = row.text(4);
  out.occurred = instant(row.integer(5));
  out.due = instant(row.integer(6));
  out.attempts = int(row.integer(7));
  out.status = delivery_status(row.text(8));
  if (!row.is_null(9)) out.consent = std::string(row.text(9));
  out.reason = row.text(10);
  out.purpose = row.text(11);
  out.event_number = row.integer(12);
  out.keyless = row.integer(13) != 0;
  if (!row.is_null(14)) out.consents_before = std::string(row.text(14));
  out.part = row.text(15);
  return out;
}

std::vector<OutboxRow> SqliteOutbox::due(Instant now, std::size_t count,
                                         const std::set<std::string>& but) const {
  Statement& s = reader_.outbox_due;
  const Reset reset(s);
  const std::string left_out = json_array(but);
  s.bind(1, ms(now))
      .bind(2, std::int64_t(count))
      .bind(3, ms(now + limits::delivery_retry_longest))
      .bind(4, left_out);
  std::vector<OutboxRow> found;
  while (s.step()) found.push_back(outbox_row(s));
  return found;
}

std::vector<OutboxRow> SqliteOutbox::all() const {
  Statement& s = reader_.outbox_all;
  const Reset reset(s);
  std::vector<OutboxRow> found;
  while (s.step()) found.push_back(outbox_row(s));
  return found;
}

std::size_t SqliteOutbox::queued() const {
  Statement& s = reader_.outbox_queued;
  const Reset reset(s);
  s.step();
  return std::size_t(s.integer(0));
}

std::int64_t SqliteOutbox::last_event_number(std::string_view topic, std::string_view recipient) const {
  Statement& s = reader_.event_number;
  const Reset reset(s);
  return s.bind(1, topic).bind(2, recipient).step() ? s.integer(0) : 0;
}

std::vector<OutboxRow> SqliteOutbox::find(const DeliveryQuery& query) const {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max(),
                         first = std::numeric_limits<std::int64_t>::min();
  std::vector<std::string_view> statuses;
  for (const DeliveryStatus status : query.statuses) statuses.push_back(to_text(status));
  const std::string patients = json_array(query.patients), states = json_array(statuses);
  Statement s(reader_.connection, statement_of(query));
  const std::int64_t after = query.after ? ms(query.after->first) : last;
  s.bind(1, query.since ? ms(*query.since) : first)
      .bind(2, std::min(after, query.until ? ms(*query.until) : last));
  s.bind(3, after).bind(4, query.after ? query.after->second : last);
  if (!query.patients.empty())
    s.bind(5, query.patients.size() == 1 ? query.patients.front().text() : patients);
  if (!query.recipient.empty()) s.bind(6, query.recipient);
  if (!query.event.empty()) s.bind(7, query.event);
  if (!query.statuses.empty()) s.bind(8, states);
  s.bind(9, std::int64_t(query.count));
  std::vector<OutboxRow> found;
  while (s.step()) found.push_back(outbox_row(s));
  return found;
}

std::optional<OutboxRow> SqliteOutbox::read(std::int64_t id) const {
  Statement s(reader_.connection, std::string(outbox_columns) + "WHERE id = ?1");
  if (!s.bind(1, id).step()) return std::nullopt;
  return outbox_row(s);
}

std::vector<DeliveryAttempt> SqliteOutbox::attempts_of(std::int64_t id) const {
  Statement s(
      reader_.connection,
      "SELECT number, at_ms, http_status, outcome FROM delivery_attempt WHERE outbox = ?1 ORDER BY number");
  s.bind(1, id);
  std::vector<DeliveryAttempt> found;
  while (s.step())
    found.push_back({int(s.integer(0)), instant(s.integer(1)), int(s.integer(2)), std::string(s.text(3))});
  return found;
}

// Jumps from one event to the next in the index that begins with the event. It does not walk the rows.
std::vector<std::string> SqliteOutbox::events() const {
  Statement next(reader_.connection, "SELECT event FROM outbox WHERE event > ?1 ORDER BY event LIMIT 1");
  std::vector<std::string> found;
  for (std::string last;; last = found.back()) {
    const Reset reset(next);
    if (!next.bind(1, last).step()) return found;
    found.emplace_back(next.text(0));
  }
}

bool SqliteOutbox::is_recipient(std::string_view recipient) const {
  Statement s(reader_.connection, "SELECT 1 FROM outbox WHERE recipient = ?1 LIMIT 1");
  return s.bind(1, recipient).step();
}

}  // namespace handoff::sqlite
