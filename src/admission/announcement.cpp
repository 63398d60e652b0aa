#include "admission/announcement.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "consent/recipients.h"
#include "core/text.h"
#include "fhir/reference.h"
#include "routing/event.h"

namespace handoff::admission {
namespace {

// A change of a Consent, with the event of a route for changed views.
struct ConsentEvent {
  routing::Event event;
  const Change* change;
};

bool names(const Change& change, const std::string& recipient) {
  for (const json::Value consent : {change.current, change.previous}) {
    if (!consent) continue;
    const std::vector<std::string> named = consent::recipients_of(consent);
    if (std::find(named.begin(), named.end(), recipient) != named.end()) return true;
  }
  return false;
}

bool is_of(const Change& change, const fhir::Reference& patient) {
  return (change.current && fhir::patient_of(change.current) == patient) ||
         (change.previous && fhir::patient_of(change.previous) == patient);
}

class Announcement {
 public:
  Announcement(const ViewChangesByPatient& view_changes, fhir::RecordReader& record, Instant now)
      : view_changes_(view_changes), record_(record), now_(now) {}

  void add(const routing::Event& event, const Change& change) {
    if (event.route->has(routing::Source::changed_view)) consents_.push_back({event, &change});
    else if (change.current) add_team(event, change);  // only a Consent's removal is an event
  }
  std::vector<store::OutboxRow> take() && {
    for (const auto& [patient, of] : view_changes_)
      for (const ViewChange& view : of.changes) add_view_change(patient, view, of);
    return std::move(rows_);
  }

 private:
  store::OutboxRow& add_row(const routing::Event& event, const Change& change, std::string recipient,
                            std::string purpose) {
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
    const json::Value care_team = routing::care_team_of(*event.route, change.current, record_);
    for (routing::Recipient& to : routing::recipients_of(*event.route, care_team))
      add_row(event, change, std::move(to.organization), std::move(to.purpose));
  }

  // Adds one row for all consents of a patient that change together. The row is about the consent that names
  // the recipient, or else about any of them. If a consent moves to another person, both persons have a
  // change.
  void add_view_change(const fhir::Reference& patient, const ViewChange& view, const ViewChanges& of) {
    const ConsentEvent* because = nullptr;
    for (const ConsentEvent& one : consents_)
      if (is_of(*one.change, patient) &&
          (!because || (!names(*because->change, view.recipient) && names(*one.change, view.recipient))))
        because = &one;
    if (!because) return;
    const routing::RecipientRule* const rule =
        routing::rule_of(*because->event.route, record_.read(view.recipient));
    if (!rule || rule->purpose != view.purpose) return;
    for (const auto& [part, happens] : {std::pair("gain", view.gains), std::pair("loss", view.loses)}) {
      if (!happens) continue;
      store::OutboxRow& row = add_row(because->event, *because->change,
                                      view.recipient.substr(view.recipient.find('/') + 1), view.purpose);
      row.patient = patient;
      row.part = of.date ? fmt::format("{} {}", part, format_instant(*of.date)) : part;
      if (of.date) row.occurred = *of.date;
      row.consents_before = fmt::format("{}", fmt::join(of.consents_before, " "));
    }
  }

  const ViewChangesByPatient& view_changes_;
  fhir::RecordReader& record_;
  const Instant now_;
  std::vector<ConsentEvent> consents_;
  std::vector<store::OutboxRow> rows_;
};

}  // namespace

Result<std::vector<store::OutboxRow>> announce(const routing::Routes& routes, std::span<const Change> changes,
                                               const ViewChangesByPatient& view_changes,
                                               fhir::RecordReader& record, Instant now) {
  Announcement announcement(view_changes, record, now);
  for (const Change& change : changes) {
    if (change.moves) continue;
    const auto events =
        routing::events_of(routes, change.previous, change.current ? change.current : change.previous);
    if (!events) return events.error();
    for (const routing::Event& event : *events) announcement.add(event, change);
  }
  return std::move(announcement).take();
}

}  // namespace handoff::admission
