
#include "core/civil.h"
#include "core/number.h"
#include "disclosure/audit_pages.h"
#include "json/document.h"
#include "store/outbox.h"

namespace handoff::disclosure {
namespace {

using json::Member;
using json::Value;

constexpr std::string_view outcomes[] = {"queued", "delivered", "withheld", "failed"};

std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

Value text_or_null(json::Arena& arena, std::string_view text) {
  return text.empty() ? json::Arena::null() : arena.string(text);
}

std::vector<Member> delivery_members(json::Arena& arena, const store::OutboxRow& row) {
  const bool waits = row.status == store::DeliveryStatus::queued && row.attempts > 0;
  return {{"id", arena.string(std::to_string(row.id))},
          {"event", arena.string(row.event)},
          {"occurred", arena.string(format_instant(row.occurred))},
          {"patient", arena.string(row.patient)},
          {"recipient", arena.string(row.recipient)},
          {"purpose", arena.string(row.purpose)},
          {"focus", arena.string(row.focus)},
          {"outcome", arena.string(store::to_text(row.status))},
          {"attempts", arena.integer(row.attempts)},
          {"next_attempt", waits ? arena.string(format_instant(row.due)) : json::Arena::null()},
          {"consent", row.consent ? arena.string(*row.consent) : json::Arena::null()},
          {"reason", text_or_null(arena, row.reason)},
          {"event_number", row.event_number > 0 ? arena.integer(row.event_number) : json::Arena::null()}};
}

store::DeliveryQuery rows_of(const AuditQuery& query) {
  store::DeliveryQuery rows{query.patients, query.recipient, query.event, {},
                            query.since,    query.until,     {},          query.limit + 1};
  for (const std::string& outcome : query.outcomes) rows.statuses.push_back(store::delivery_status(outcome));
  if (query.cursor)
    rows.after = {Instant{std::chrono::milliseconds{query.cursor->first}}, query.cursor->second};
  return rows;
}

}  // namespace

Result<std::string> delivery_page(const store::Snapshot& snapshot, const AuditParameters& parameters) {
  const auto query = read_audit_query(parameters, {outcomes, {}}, snapshot);
  if (!query) return query.error();
  if (!query->is_recipient_known)
    return problem(Kind::incorrect,
                   "there are no deliveries to " + query->recipient + ", and no such Organization is stored",
                   "recipient");
  std::vector<store::OutboxRow> rows = snapshot.outbox().find(rows_of(*query));
  const bool has_more = rows.size() > query->limit;
  if (has_more) rows.pop_back();
  json::Arena arena;
  std::vector<Value> deliveries;
  for (const store::OutboxRow& row : rows) deliveries.push_back(arena.object(delivery_members(arena, row)));
  std::vector<Member> members = {{"deliveries", arena.array(deliveries)}};
  if (has_more)
    members.push_back({"next", arena.string(cursor_text(ms(rows.back().occurred), rows.back().id))});
  return json::write(arena.object(members));
}

Result<std::string> delivery_item(const store::Snapshot& snapshot, std::string_view id) {
  const auto number = parse_number<std::int64_t>(id);
  const store::Outbox& deliveries = snapshot.outbox();
  const auto row = number ? deliveries.read(*number) : std::nullopt;
  if (!row) return problem(Kind::not_found, "there is no such delivery", "id");
  json::Arena arena;
  std::vector<Member> members = delivery_members(arena, *row);
  std::vector<Value> attempts;
  for (const store::DeliveryAttempt& attempt : deliveries.attempts_of(row->id)) {
    const Member each[] = {
        {"number", arena.integer(attempt.number)},
        {"at", arena.string(format_instant(attempt.at))},
        {"http_status", attempt.http_status > 0 ? arena.integer(attempt.http_status) : json::Arena::null()},
        {"outcome", arena.string(attempt.outcome)}};
    attempts.push_back(arena.object(each));
  }
  members.push_back({"tries", arena.array(attempts)});
  return json::write(arena.object(members));
}

}  // namespace handoff::disclosure
