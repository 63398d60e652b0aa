#include "demo/summary.h"

#include <fmt/format.h>

#include <map>

#include "identity/person.h"
#include "json/writer.h"
#include "store/outbox.h"
#include "store/record.h"
#include "store/resources.h"
#include "tools/counted.h"

namespace handoff::gateway {
namespace {

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

void write_text_or_null(json::Writer& writer, std::string_view name, const std::string* text) {
  writer.key(name);
  if (text) writer.text(*text);
  else writer.null();
}

void write_rejection(json::Writer& writer, const mapping::Rejection& r) {
  writer.begin_object().key("record").number(r.record);
  write_text_or_null(writer, "key", r.key.empty() ? nullptr : &r.key);
  writer.key("field").text(r.field).key("reason").text(r.reason).end_object();
}

void write_feed(json::Writer& writer, const intake::FeedReport& feed) {
  writer.begin_object().key("feed").text(feed.feed);
  if (feed.unmapped) {
    writer.key("unmapped").boolean(true).end_object();
    return;
  }
  writer.key("records").number(feed.records).key("mapped").number(feed.mapped);
  writer.key("rejected").begin_array();
  for (const auto& each : feed.rejected) write_rejection(writer, each);
  writer.end_array();
  writer.key("duplicates").number(feed.duplicates).key("waiting").number(feed.waiting);
  writer.key("review").number(feed.review).key("later").number(feed.later);
  if (feed.empty > 0) writer.key("empty").number(feed.empty);
  writer.end_object();
}

void write_delivery(json::Writer& writer, const Delivery& d) {
  writer.begin_object().key("event").text(d.event);
  writer.key("patient").begin_object().key("system").text(d.patient_system);
  writer.key("value").text(d.patient_value).end_object();
  writer.key("recipient").text(d.recipient).key("status").text(d.status);
  write_text_or_null(writer, "consent", d.consent ? &*d.consent : nullptr);
  writer.key("reason").text(d.reason).end_object();
}

// Each item stands on a line of its own.
template <class Item>
void write_list(json::Writer& writer, const std::vector<Item>& items,
                void (*write)(json::Writer&, const Item&)) {
  writer.begin_array();
  for (const Item& item : items) write(writer.new_line(4), item);
  if (!items.empty()) writer.new_line(2);
  writer.end_array();
}

std::string thousandths(double seconds) { return fmt::format("{:.3f}", seconds); }

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
  std::string out;
  json::Writer writer(out, json::Style::spaced);
  writer.begin_object().new_line(2).key("feeds");
  write_list(writer, summary.feeds, write_feed);
  writer.new_line(2).key("resources").begin_object();
  for (const auto& [type, count] : summary.resources) writer.key(type).number(count);
  writer.end_object().new_line(2).key("deliveries");
  write_list(writer, summary.deliveries, write_delivery);
  writer.new_line(2).key("seconds").begin_object().key("map").raw(thousandths(summary.seconds.map));
  writer.key("load").raw(thousandths(summary.seconds.load));
  writer.key("deliver").raw(thousandths(summary.seconds.deliver)).end_object();
  writer.new_line(0).end_object();
  return out + "\n";
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
