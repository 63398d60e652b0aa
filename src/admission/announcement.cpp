#include "admission/announcement.h"

#include <fmt/format.h>

#include <utility>

#include "routing/event.h"

namespace handoff::admission {
namespace {

class Announcement {
 public:
  Announcement(ViewChanges view_changes, fhir::RecordReader& record, Instant now)
      : view_changes_(std::move(view_changes)), record_(record), now_(now) {}

  void add(const routing::Event& event, const Change& change) {
    if (event.route->is_of_consents()) add_view_changes(event, change);
    else if (change.current) add_team(event, change);  // a removal says something only of consents
  }
  std::vector<store::OutboxRow> take() && { return std::move(rows_); }

 private:
  store::OutboxRow& add_row(const routing::Event& event, const Change& change, std::string recipient, std::string purpose) {
    store::OutboxRow& row = rows_.emplace_back();
    row.event = event.route->event;
    row.patient = event.patient;
    row.recipient = std::move(recipient);
    row.purpose = std::move(purpose);
    row.focus = fmt::format("{}/_history/{}", event.focus, change.version);
    row.occurred = now_;
    row.due = Instant{};  // at once
    return row;
  }

  void add_team(const routing::Event& event, const Change& change) {
    const json::Value care_team = routing::care_team_of(change.current, record_);
    for (routing::Recipient& to : routing::recipients_of(*event.route, care_team))
      add_row(event, change, std::move(to.organization), std::move(to.purpose));
  }

  // Once for all consents of a patient that change together.
  void add_view_changes(const routing::Event& event, const Change& change) {
    for (ViewChange& of : std::exchange(view_changes_[event.patient], {})) {
      const routing::RecipientRule* const rule = routing::rule_of(*event.route, record_.read(of.recipient));
      if (!rule || rule->purpose != of.purpose) continue;
      add_row(event, change, of.recipient.substr(of.recipient.find('/') + 1), of.purpose).class_before = std::move(of.class_before);
    }
  }

  ViewChanges view_changes_;
  fhir::RecordReader& record_;
  const Instant now_;
  std::vector<store::OutboxRow> rows_;
};

}  // namespace

Result<std::vector<store::OutboxRow>> announce(const routing::Routes& routes, std::span<const Change> changes, ViewChanges view_changes,
                                               fhir::RecordReader& record, Instant now) {
  Announcement announcement(std::move(view_changes), record, now);
  for (const Change& change : changes) {
    if (change.moves) continue;
    const auto events = routing::events_of(routes, change.previous, change.current ? change.current : change.previous);
    if (!events) return events.error();
    for (const routing::Event& event : *events) announcement.add(event, change);
  }
  return std::move(announcement).take();
}

}  // namespace handoff::admission
