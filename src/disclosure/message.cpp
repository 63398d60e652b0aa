#include "disclosure/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "consent/explanation.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/number.h"
#include "core/text.h"
#include "disclosure/document.h"
#include "disclosure/ledger_entry.h"
#include "disclosure/notification.h"
#include "disclosure/seal.h"
#include "disclosure/texts.h"
#include "disclosure/view_difference.h"
#include "fhir/reference.h"
#include "routing/event.h"
#include "search/include.h"
#include "store/record.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

using json::Value;

// Some kinds of organization never get the event, whatever a care team or a form says.
bool may_receive(const routing::Route& route, Value organization) {
  for (const Value type : organization["type"].items())
    for (const Value coding : type["coding"].items())
      if (std::find(route.never.begin(), route.never.end(), coding["code"].text()) != route.never.end())
        return false;
  return true;
}

// Rows that were first sent without a key keep the identifier that they had.
std::string keyless_identifier(const store::OutboxRow& row) {
  std::string hex =
      sha256_hex(fmt::format("{}|{}|{}|{}", row.event, row.patient.text(), row.recipient, row.focus))
          .substr(0, 32);
  hex[12] = '8';  // RFC 9562: version 8, made from a digest; variant 10
  hex[16] = 'a';
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

// The same for every attempt at a row, and different for every other row.
std::string message_identifier(const store::OutboxRow& row, const IdKey& key) {
  if (row.keyless) return keyless_identifier(row);
  if (row.part.empty()) return key.uuid({"message", row.event, row.patient, row.recipient, row.focus});
  return key.uuid({"message", row.event, row.patient, row.recipient, row.focus, row.part});
}

// How a gateway names itself and the messages that it sends.
struct Sender {
  const std::string& base;
  const IdKey& key;
};

std::string reference_to(Value resource) {
  return std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
}

struct Composed {
  std::string body;
  std::vector<std::string> ledger_entries;
  std::string consent, reason;
  std::optional<store::EventNumber> event_number;
};
using Composition = std::variant<Composed, WithheldMessage>;

// One row on its way out: decides what may go along, and keeps what was taken.
class Parcel {
 public:
  Parcel(const store::OutboxRow& row, const store::Snapshot& snapshot, const RecipientView& view)
      : row_(row), snapshot_(snapshot), view_(view), record_(snapshot) {}

  // Why the whole message goes or does not go. It is the decision on the care plan, or on the first resource
  // that came into view.
  consent::Explanation explain(Value resource) {
    const auto version = snapshot_.resources().read(resource["resourceType"].text(), resource["id"].text());
    if (!version || version->deleted) return {false, {}, "the plan is gone", {}};
    const fhir::Reference patient = owner_of(*version);
    const consent::Row of = consent::make_row(resource, patient, split(version->disclosers, ' '));
    return consent::explain({view_.audience().recipient, {}, view_.audience().purpose, view_.now()}, of,
                            view_.directives_of(patient));
  }

  // The part as it may go along; absent if it may not. `discloser` ("Organization/x"; empty: any): only what
  // this discloser releases.
  Value take(Value part, std::string_view discloser) {
    if (!part) return {};
    const auto version = snapshot_.resources().read(part["resourceType"].text(), part["id"].text());
    if (!version) return {};
    return keep(part, *version, view_.release_by(*version, discloser));
  }
  // The document's frame, with the sections that may go along.
  Value take_composition(Value composition, const std::string& discloser) {
    const auto version = snapshot_.resources().read("Composition", composition["id"].text());
    if (!version || version->deleted) return {};
    return keep(composition, *version, view_.release_frame(*version, composition, discloser));
  }
  void take_all(std::vector<Value>& parts, std::string_view discloser) {
    for (Value& part : parts) part = take(part, discloser);
    std::erase_if(parts, [](Value part) { return !part; });
  }

  // The consents that any part relies on, as the recipient sees them. A consent that names nobody is not
  // shown to anybody.
  std::vector<Value> consents() {
    std::vector<std::string> references;
    for (const auto& [reference, released] : taken_)
      for (const std::string& basis : released.decision.basis)
        if (std::find(references.begin(), references.end(), basis) == references.end())
          references.push_back(basis);
    std::vector<Value> found;
    for (const std::string& reference : references)
      if (const Value consent = take_consent(fhir::local_reference(reference))) found.push_back(consent);
    return found;
  }
  std::vector<std::string> ledger_entries() const {
    std::vector<Leaving> leaving;
    for (const auto& [reference, released] : taken_) leaving.push_back({reference, &released});
    return disclosure_entries({{}, view_.audience().recipient, view_.audience().purpose, "push", row_.event},
                              leaving);
  }
  // Nothing if the row has its number from an earlier attempt.
  std::optional<store::EventNumber> next_number(const std::string& topic) const {
    if (row_.event_number > 0) return std::nullopt;
    return store::EventNumber{row_.id, topic, row_.recipient,
                              snapshot_.outbox().last_event_number(topic, row_.recipient) + 1};
  }
  fhir::RecordReader& record() { return record_; }

 private:
  // Decided by the content of the consent, because an old stored shape does not say whom the consent names.
  Value take_consent(const std::string& reference) {
    const Value consent = record_.read(reference);
    const auto version = consent ? snapshot_.resources().read("Consent", consent["id"].text()) : std::nullopt;
    return version && !version->deleted
               ? keep(consent, *version, view_.release_content(*version, consent, {}))
               : Value{};
  }
  Value keep(Value part, const store::Version& version, std::optional<Released> released) {
    if (!released) return {};
    taken_.push_back(
        {fmt::format("{}/_history/{}", reference_to(part), version.version), std::move(*released)});
    return taken_.back().second.resource;
  }

  const store::OutboxRow& row_;
  const store::Snapshot& snapshot_;
  const RecipientView& view_;
  store::StoredRecord record_;
  std::deque<std::pair<std::string, Released>> taken_;
};

// A document needs its subject. The other entries name it anyway.
Value bare_patient(json::Arena& arena, const fhir::Reference& patient) {
  const json::Member members[] = {{"resourceType", arena.string("Patient")},
                                  {"id", arena.string(patient.id())}};
  return arena.object(members);
}

// What a message is made from.
struct Making {
  const store::OutboxRow& row;
  const routing::Route& route;
  const RecipientView& view;
  const store::Snapshot& snapshot;
  const Gate& gate;
  Parcel& parcel;
  const Sender sender;
};

Result<Composition> compose_document(const Making& making) {
  const auto& [row, route, view, snapshot, gate, parcel, sender] = making;
  const Value composition = parcel.record().read(fhir::local_reference(row.focus));
  if (!composition) return problem(Kind::fault, "the document's Composition is gone");
  DocumentParts parts;
  parts.aftercare = routing::gather_aftercare(composition, parcel.record());
  routing::Aftercare& all = parts.aftercare;
  if (all.member_declined) return WithheldMessage{{}, "member declined coordination"};
  if (!all.care_plan) return WithheldMessage{{}, "there is no support plan of this enrolment"};
  const consent::Explanation why = parcel.explain(all.care_plan);
  if (!why.permit) return WithheldMessage{why.consent, why.reason};
  all.composition = parcel.take_composition(all.composition, all.discloser);
  for (Value* part : {&all.care_plan, &all.care_team}) *part = parcel.take(*part, all.discloser);
  if (!all.composition || !all.care_plan)
    return WithheldMessage{why.consent, "the plan is not of the discloser that the document names"};
  for (auto* list : {&all.goals, &all.conditions, &all.medications, &all.appointments})
    parcel.take_all(*list, all.discloser);
  parts.patient = parcel.take(parcel.record().read(all.patient), all.discloser);
  json::Arena arena;
  // the discloser gave nothing of this person
  if (!parts.patient) parts.patient = bare_patient(arena, all.patient);
  parts.consents = parcel.consents();
  parts.base = sender.base;
  parts.identifier = message_identifier(row, sender.key);
  parts.timestamp = row.occurred;
  return Composed{json::write(compose_aftercare(arena, parts, parcel.record())),
                  parcel.ledger_entries(),
                  why.consent,
                  why.reason,
                  {}};
}

// What else of the plan the recipient may pull, by the list in the route.
std::vector<std::string> named_beside(const routing::Route& route, Value focus, const RecipientView& view) {
  std::vector<std::string> named;
  for (const std::string& include : route.include) {
    const auto parsed = search::parse_include(fhir::Definitions::r4(), route.type, include, false);
    if (!parsed) continue;  // the route was checked when it was loaded
    for (const search::Referred& referred : parsed->referred_by(focus, fhir::Definitions::r4())) {
      const auto parts = fhir::split_reference(referred.target);
      if (parts && view.sees(parts->type, parts->id)) named.push_back(referred.target);
    }
  }
  return named;
}

NotificationParts notification_of(const store::OutboxRow& row, const routing::Route& route,
                                  const Sender& sender) {
  NotificationParts parts;
  parts.base = sender.base;
  parts.identifier = message_identifier(row, sender.key);
  parts.topic = route.topic;
  parts.recipient = row.recipient;
  parts.timestamp = row.occurred;
  return parts;
}

Composed notify(NotificationParts parts, const store::OutboxRow& row, Parcel& parcel, std::string consent,
                std::string reason) {
  auto numbered = parcel.next_number(parts.topic);
  parts.event_number = numbered ? numbered->number : row.event_number;
  json::Arena arena;
  return {json::write(compose_notification(arena, parts)), parcel.ledger_entries(), std::move(consent),
          std::move(reason), std::move(numbered)};
}

Result<Composition> compose_notice(const Making& making) {
  const auto& [row, route, view, snapshot, gate, parcel, sender] = making;
  const Value care_plan = parcel.record().read(fhir::local_reference(row.focus));
  if (!care_plan) return WithheldMessage{{}, "the plan is gone"};
  const consent::Explanation why = parcel.explain(care_plan);
  const Value taken = why.permit ? parcel.take(care_plan, {}) : Value{};
  if (!taken) return WithheldMessage{why.consent, why.reason};
  NotificationParts parts = notification_of(row, route, sender);
  parts.focus = fhir::local_reference(row.focus);
  parts.created = row.focus.ends_with("/_history/1");
  parts.context = named_beside(route, taken, view);
  return notify(std::move(parts), row, parcel, why.consent, why.reason);
}

// `reference` is "Consent/abc/_history/2".
std::optional<store::Version> version_at(const store::Snapshot& snapshot, std::string_view reference) {
  const auto parts = split(reference, '/');
  if (parts.size() != 4) return std::nullopt;
  return snapshot.resources().vread(parts[0], parts[1], parse_number<std::uint32_t>(parts[3]).value_or(0));
}

// The consents as they were in these versions. The references are separated by blanks.
std::vector<consent::Directive> directives_at(const store::Snapshot& snapshot, std::string_view references) {
  std::vector<consent::Directive> directives;
  for (const std::string_view one : split(references, ' ')) {
    const auto version = version_at(snapshot, one);
    const auto parsed =
        version ? json::parse(version->body) : Result<json::Document>(problem(Kind::fault, "it is gone"));
    if (parsed) directives.push_back(consent::read_directive(parsed->root()));
  }
  return directives;
}

// Is this the only version of the Consent that is shown? The number of hidden versions is not revealed.
bool is_first_shown(const RecipientView& view, const store::Snapshot& snapshot, const std::string& id) {
  const std::vector<store::Version> versions = snapshot.resources().history("Consent", id);
  return std::count_if(versions.begin(), versions.end(), [&](const store::Version& one) {
           const auto version = snapshot.resources().at(one.pk);
           return version && view.release(*version).has_value();
         }) == 1;
}

// A change of consents (E16). A recipient that gained learns what came into view. A recipient that lost only
// learns that something changed, not for which person.
Result<Composition> compose_view_change(const Making& making) {
  const auto& [row, route, view, snapshot, gate, parcel, sender] = making;
  NotificationParts parts = notification_of(row, route, sender);
  const Instant just_before = row.occurred - std::chrono::milliseconds{row.is_by_date() ? 1 : 0};
  const RecipientView before(
      view, row.patient, directives_at(snapshot, row.consents_before.value_or(std::string())), just_before);
  const auto changed = version_at(snapshot, row.focus);
  if (!changed) return problem(Kind::fault, "the consent that changed is gone");
  ViewDifference difference =
      difference_of(before, view, snapshot, row.patient.id(),
                    row.is_by_date() ? Instant::max() : changed->updated, limits::notified_resources_max);
  if (row.is_loss()) {
    if (!difference.lost) return WithheldMessage{{}, "nothing went out of view"};
    if (!gate.has_disclosed(row.patient, view.audience().recipient))
      return WithheldMessage{{}, "nothing of this person ever went there"};
    return notify(std::move(parts), row, parcel, {}, "told to look again, nothing named");
  }
  Value first;
  for (std::string& reference : difference.gained) {
    const Value resource = parcel.record().read(reference);
    if (!parcel.take(resource, {})) continue;
    if (!first) first = resource;
    parts.context.push_back(std::move(reference));
  }
  if (!first) return WithheldMessage{{}, "nothing came into view"};
  const std::string consent = fhir::local_reference(row.focus), id = consent.substr(consent.find('/') + 1);
  if (view.sees("Consent", id) && parcel.take(parcel.record().read(consent), {})) parts.focus = consent;
  parts.created = is_first_shown(view, snapshot, id);
  const consent::Explanation why = parcel.explain(first);
  return notify(std::move(parts), row, parcel, why.consent, why.reason);
}

// In the order of routing::Channel.
using Compose = Result<Composition> (*)(const Making& making);
constexpr Compose composers[] = {compose_document, compose_notice, compose_view_change};

}  // namespace

Result<std::variant<PermittedMessage, WithheldMessage>> message(const Gate& gate, const store::OutboxRow& row,
                                                                const store::Snapshot& snapshot) {
  const std::shared_ptr<const routing::Routes> routes = gate.routes();
  const routing::Route* const route = routes->find(row.event);
  if (!route) return problem(Kind::fault, "no route is known for event " + row.event);
  const RecipientView view = gate.view_for({"Organization/" + row.recipient, row.purpose, false}, snapshot);
  Parcel parcel(row, snapshot, view);
  if (!may_receive(*route, parcel.record().read("Organization/" + row.recipient)))
    return WithheldMessage{{}, "this event does not go to organizations of this kind"};
  auto composed = composers[std::size_t(route->channel)](
      {row, *route, view, snapshot, gate, parcel, {gate.base(), gate.id_key()}});
  if (!composed) return composed.error();
  if (auto* withheld = std::get_if<WithheldMessage>(&*composed)) return std::move(*withheld);
  Composed& permitted = std::get<Composed>(*composed);
  return PermittedMessage{seal(std::move(permitted.body), std::move(permitted.ledger_entries)),
                          std::move(permitted.consent), std::move(permitted.reason),
                          std::move(permitted.event_number)};
}

}  // namespace handoff::disclosure
