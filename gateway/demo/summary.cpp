#include "demo/summary.h"

#include <fmt/format.h>

#include <map>

#include "identity/person.h"
#include "store/outbox.h"
#include "store/record.h"
#include "store/resources.h"
#include "tools/counted.h"

namespace handoff::gateway {
namespace {

std::string quote(std::string_view text) {
  json::Arena arena;
  return json::write(arena.string(text));
}

std::string_view status_of(store::DeliveryStatus status) {
  if (status == store::DeliveryStatus::delivered) return "delivered";
  return status == store::DeliveryStatus::withheld ? "withheld" : "failed";
}

std::string member_id(json::Value patient) {
  for (const json::Value identifier : patient["identifier"].items())
    if (identifier["system"].text() == identity::medicaid_system)
      return std::string(identifier["value"].text());
  return {};
}

std::string feed_json(const intake::FeedReport& feed) {
  if (feed.unmapped) return fmt::format(R"({{"feed": {}, "unmapped": true}})", quote(feed.feed));
  std::string rejected;
  for (const auto& r : feed.rejected)
    rejected += fmt::format(R"({}{{"record": {}, "key": {}, "field": {}, "reason": {}}})",
                            rejected.empty() ? "" : ", ", r.record, r.key.empty() ? "null" : quote(r.key),
                            quote(r.field), quote(r.reason));
  return fmt::format(
      R"({{"feed": {}, "records": {}, "mapped": {}, "rejected": [{}], "duplicates": {}, "waiting": {}, "review": {}, "later": {}{}}})",
      quote(feed.feed), feed.records, feed.mapped, rejected, feed.duplicates, feed.waiting, feed.review,
      feed.later, feed.empty > 0 ? fmt::format(R"(, "empty": {})", feed.empty) : "");
}

std::string delivery_json(const Delivery& d) {
  return fmt::format(
      R"({{"event": {}, "patient": {{"system": {}, "value": {}}}, "recipient": {}, "status": {}, "consent": {}, "reason": {}}})",
      quote(d.event), quote(d.patient_system), quote(d.patient_value), quote(d.recipient), quote(d.status),
      d.consent ? quote(*d.consent) : "null", quote(d.reason));
}

template <class Items, class Write>
std::string list(const Items& items, Write write) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "\n    " : ",\n    ") + write(item);
  return out + (out.empty() ? "" : "\n  ");
}

struct Tally {
  std::size_t delivered = 0, earlier = 0;
  std::map<std::pair<std::string, std::string>, std::size_t> others;  // by status and reason
};

std::string earlier_text(const Tally& tally) {
  if (tally.earlier == 0) return {};
  return tally.earlier == tally.delivered ? " (all before this start)"
                                          : fmt::format(" ({} before this start)", tally.earlier);
}

std::string deliveries_text(const std::vector<Delivery>& deliveries) {
  std::map<std::string, Tally> events;
  for (const Delivery& d : deliveries) {
    Tally& tally = events[d.event];
    if (d.status == "delivered") ++tally.delivered, tally.earlier += d.is_earlier ? 1 : 0;
    else ++tally.others[{d.status, d.reason.substr(0, d.reason.find(" on 20"))}];  // by kind, without the day
  }
  std::string out = events.empty() ? "\nnothing to deliver\n" : "";
  for (const auto& [event, tally] : events) {
    out += fmt::format("\n{}: {} delivered{}\n", event, tally.delivered, earlier_text(tally));
    for (const auto& [key, count] : tally.others)
      out += fmt::format("    {} {}: {}\n", count, key.first, key.second);
  }
  return out;
}

}  // namespace

Earlier earlier_of(const store::Snapshot& snapshot) {
  Earlier earlier{!snapshot.resources().counts_by_type().empty(), {}};
  for (const store::OutboxRow& row : snapshot.outbox().all())
    if (row.status != store::DeliveryStatus::queued) earlier.deliveries.insert(row.id);
  return earlier;
}

Summary summarize(std::vector<intake::FeedReport> feeds, const store::Snapshot& snapshot,
                  const Seconds& seconds, const Earlier& earlier) {
  Summary summary{
      std::move(feeds), snapshot.resources().counts_by_type(), {}, seconds, earlier.has_resources};
  store::StoredRecord record(snapshot);
  for (const store::OutboxRow& row : snapshot.outbox().all()) {
    Delivery delivery;
    delivery.event = row.event;
    delivery.is_earlier = earlier.deliveries.contains(row.id);
    delivery.patient_system = identity::medicaid_system;
    delivery.patient_value = member_id(record.read(row.patient));
    delivery.recipient = row.recipient;
    delivery.status = status_of(row.status);
    delivery.consent = row.consent;
    delivery.reason = row.status == store::DeliveryStatus::queued
                          ? (row.reason.empty() ? "not delivered yet" : "not delivered yet: " + row.reason)
                          : row.reason;
    summary.deliveries.push_back(std::move(delivery));
  }
  return summary;
}

std::string to_json(const Summary& summary) {
  std::string resources;
  for (const auto& [type, count] : summary.resources)
    resources += fmt::format("{}{}: {}", resources.empty() ? "" : ", ", quote(type), count);
  return fmt::format(
      "{{\n  \"feeds\": [{}],\n  \"resources\": {{{}}},\n  \"deliveries\": [{}],\n  \"seconds\": {{\"map\": "
      "{:.3f}, \"load\": {:.3f}, "
      "\"deliver\": {:.3f}}}\n}}\n",
      list(summary.feeds, feed_json), resources, list(summary.deliveries, delivery_json), summary.seconds.map,
      summary.seconds.load, summary.seconds.deliver);
}

std::string to_text(const Summary& summary) {
  std::string out = fmt::format("\n{:<32}{:>8}{:>8}{:>9}{:>11}{:>8}{:>7}{:>7}\n", "feed", "records", "mapped",
                                "rejected", "duplicates", "waiting", "review", "later");
  for (const auto& feed : summary.feeds) {
    if (feed.unmapped) out += fmt::format("{:<32}  (no mapping yet)\n", feed.feed);
    else
      out += fmt::format("{:<32}{:>8}{:>8}{:>9}{:>11}{:>8}{:>7}{:>7}\n", feed.feed, feed.records, feed.mapped,
                         feed.rejected.size(), feed.duplicates, feed.waiting, feed.review, feed.later);
    if (feed.empty > 0) out += fmt::format("    {} left out by the mapping\n", counted(feed.empty, "record"));
    for (const auto& r : feed.rejected)
      out += fmt::format("    record {} {}: {}\n", r.record, r.field, r.reason);
  }
  if (summary.is_continued)
    out +=
        "\nThis folder was used before. The table includes what it already held; nothing was taken in "
        "twice.\n";
  std::size_t held = 0;
  for (const auto& feed : summary.feeds) held += feed.review;
  if (held == 1) out += "\n1 record waits for a person to say whose it is: handoff review list --data DIR\n";
  if (held > 1)
    out += fmt::format(
        "\n{} records wait for a person to say whose they are: handoff review list --data DIR\n", held);
  out += deliveries_text(summary.deliveries);
  std::size_t resources = 0;
  for (const auto& [type, count] : summary.resources) resources += count;
  out += fmt::format("\n{} resources; mapping {:.1f} s, loading {:.1f} s, delivering {:.1f} s\n", resources,
                     summary.seconds.map, summary.seconds.load, summary.seconds.deliver);
  return out;
}

}  // namespace handoff::gateway
