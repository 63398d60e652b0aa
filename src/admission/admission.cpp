#include "admission/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>

#include "admission/announcement.h"
#include "admission/canonical.h"
#include "admission/contribution.h"
#include "admission/derivation.h"
#include "admission/labelling.h"
#include "admission/openings.h"
#include "admission/regrant.h"
#include "admission/texts.h"
#include "consent/contributions.h"
#include "consent/labels.h"
#include "core/civil.h"
#include "core/hash.h"
#include "core/text.h"
#include "fhir/reference.h"
#include "json/writer.h"
#include "store/record.h"
#include "store/resources.h"

namespace handoff::admission {
namespace {

using json::Arena;
using json::Value;

std::string united_disclosers(const std::string& known, const std::string& added) {
  const auto parts = split(known, ' ');
  if (added.empty() || std::find(parts.begin(), parts.end(), added) != parts.end()) return known;
  return known.empty() ? added : known + " " + added;
}

std::vector<std::string> listed(std::string_view disclosers) {
  std::vector<std::string> all;
  for (const std::string_view each : split(disclosers, ' '))
    if (!each.empty()) all.emplace_back(each);
  return all;
}

}  // namespace

// One preparation on one snapshot: what it reads and what it makes.
struct Admission::Work {
  const Admission& admission;
  const Submission& submission;
  const store::Snapshot& snapshot;
  store::StoredRecord record{snapshot};
  json::Arena arena;
  Prepared prepared;
  std::vector<Change> changes;
  ViewChangesByPatient view_changes;
  std::set<std::string> seen;

  std::string place(std::size_t i) const {
    return submission.entries.size() == 1 ? std::string() : fmt::format("Bundle.entry[{}].resource", i);
  }

  Result<void> validate(Value resource, std::size_t i) const {
    Problem found{Kind::unprocessable, admission.refusals(resource, submission.client)};
    if (found.issues.empty()) return {};
    if (const std::string prefix = place(i); !prefix.empty())
      for (Issue& issue : found.issues) {
        const auto dot = issue.expression.find('.');
        issue.expression = prefix + (dot == issue.expression.npos ? "" : issue.expression.substr(dot));
      }
    return found;
  }

  Result<void> check_versions(const Entry& entry, const std::optional<store::Version>& current,
                              std::size_t i) const {
    if (entry.if_match && (!current || current->deleted || current->version != *entry.if_match))
      return problem(Kind::precondition,
                     fmt::format("If-Match names version {}, which is not the current one", *entry.if_match),
                     place(i));
    if (entry.method == Method::create && current)
      return problem(Kind::conflict, "a resource with this id exists", place(i));
    return {};
  }

  std::string disclosers_of(const Entry& entry, const std::optional<store::Version>& current) const {
    if (!entry.given.empty()) {
      std::string all;
      for (const Given& given : entry.given) all = united_disclosers(all, given.discloser);
      return all;
    }
    if (!current || current->deleted) return submission.discloser;
    // a correction by the custodian
    if (entry.amends || submission.discloser.empty()) return current->disclosers;
    return entry.type == "Patient" ? united_disclosers(current->disclosers, submission.discloser)
                                   : submission.discloser;
  }

  // A resource of the same submission, even if it comes later in it.
  Value submitted(std::string_view reference) const {
    for (const Entry& entry : submission.entries)
      if (entry.resource && reference == entry.type + "/" + entry.id) return entry.resource;
    return {};
  }

  const Labelling::Read sources = [this](std::string_view reference) { return record.read(reference); };
  const Labelling::Read readable = [this](std::string_view reference) {
    const std::string local = fhir::local_reference(reference);
    const bool may_see = !submission.sees || seen.contains(local) || submission.sees(local);
    if (!may_see) return Value{};
    const Value stored = record.read(local);
    return stored ? stored : submitted(local);
  };
  const std::shared_ptr<const consent::TellingNames> names =
      admission.names_ ? admission.names_->now() : nullptr;
  Labelling labelling{arena, sources, readable, names.get()};

  // The organizations whose content it is. If the submitter adds to a resource of another organization, the
  // content belongs to both.
  std::vector<std::string> organizations(const std::string& disclosers) const {
    std::vector<std::string> all = listed(disclosers);
    if (!submission.discloser.empty() && std::find(all.begin(), all.end(), submission.discloser) == all.end())
      all.push_back(submission.discloser);
    return all;
  }

  // A deleted resource that comes again gets back the labels that it had.
  Past past_of(const std::optional<store::Version>& current) {
    if (!current) return {};
    Past past{{}, {}, snapshot.resources().arrived_labels(current->type, current->id)};
    std::optional<store::Version> last = current;
    if (current->deleted) {
      last.reset();
      for (store::Version& version : snapshot.resources().history(current->type, current->id))
        if (!version.deleted && !last) last = snapshot.resources().at(version.pk);
    }
    if (!last) return {};
    past.disclosers = listed(last->disclosers);
    if (!current->deleted) past.content = record.read(current->type + "/" + current->id);
    else if (const auto parsed = json::parse(last->body)) past.content = json::copy(arena, parsed->root());
    return past;
  }

  Result<void> add(const Entry& entry, std::size_t i) {
    if (!seen.insert(entry.type + "/" + entry.id).second)
      return problem(Kind::incorrect, fmt::format("{}/{} is written twice", entry.type, entry.id), place(i),
                     "duplicate");
    const auto current = snapshot.resources().read(entry.type, entry.id);
    if (auto checked = check_versions(entry, current, i); !checked) return checked.error();
    if (entry.method == Method::remove) return remove(entry, current);
    if (entry.resource["resourceType"].text() != entry.type)
      return problem(Kind::incorrect, fmt::format("the resource is no {}", entry.type), place(i));
    const bool exists = current && !current->deleted;
    const Past past = past_of(current);
    const Value previous = exists ? past.content : Value{};
    const std::string disclosers = disclosers_of(entry, current);
    Value resource = json::with_member(arena, entry.resource, "id", arena.string(entry.id));
    std::optional<std::string> arrived = past.content ? past.arrived : std::string();
    if (entry.contributes)
      resource = with_given(previous, resource, {resource, submission.discloser, entry.confirmed});
    if (!entry.given.empty()) {
      Value made = resource;
      for (const Given& given : entry.given)
        made = given.discloser.empty() ? contribute(arena, made, given.resource, {}, given.confirmed)
                                       : with_given(made, resource, given);
      resource = made;
      if (!past.content) arrived.reset();  // the next write finds out which labels arrived
    }
    const bool narrates = submission.narrates && (!entry.moves || !entry.given.empty());
    resource = with_current_text(arena, resource, {previous, narrates, entry.amends || entry.contributes});
    // A record that only moves stays as it was accepted, even if the rules are different now.
    if (!entry.moves)
      if (auto valid = validate(resource, i); !valid) return valid.error();
    if (!entry.contributes && !entry.moves) {
      Labelled labelled = labelling.label(resource, organizations(disclosers), past);
      resource = labelled.resource;
      arrived = std::move(labelled.arrived);
    }
    if (exists && disclosers == current->disclosers &&
        json::equal(bare(arena, previous), bare(arena, resource))) {
      prepared.admitted.push_back({entry.type, entry.id, current->version, Effect::unchanged});
      return {};
    }
    write(entry, current, previous, resource, disclosers);
    prepared.batch.writes.back().arrived_labels = std::move(arrived);
    return {};
  }

  // `known` (absent for a new person) with what a record gave and the labels of that, each with its
  // discloser.
  Value with_given(Value known, Value identified, const Given& given) {
    const Value bare_given = json::with_member(
        arena, json::with_member(arena, given.resource, "id", identified["id"]), "meta", {});
    const consent::Labels own = labelling.labels_by(listed(given.discloser), bare_given);
    const Value claimed =
        json::with_member(arena, Arena::empty_object(), "profile", given.resource["meta"]["profile"]);
    const Value person = contribute(arena, known, json::with_member(arena, bare_given, "meta", claimed),
                                    given.discloser, given.confirmed);
    return consent::with_marked_labels(arena, person, own, "Organization/" + given.discloser);
  }

  // A version without content: the index rows go, the history stays.
  Result<void> remove(const Entry& entry, const std::optional<store::Version>& current) {
    if (!current || current->deleted) {
      prepared.admitted.push_back({entry.type, entry.id, current ? current->version : 0, Effect::unchanged});
      return {};
    }
    const std::string reference = entry.type + "/" + entry.id;
    const Value previous = record.read(reference);
    store::Write write;
    write.type = entry.type;
    write.id = entry.id;
    write.expected = current->version;
    write.deleted = true;
    write.patient = current->patient;
    write.disclosers = current->disclosers;
    write.arrived_labels = labelling.arrived(past_of(current));
    write.shapes = {std::string()};
    write.previous_pk = current->pk;
    write.previous_patient = current->patient;
    write.previous_rows = admission.indexer_.extract(previous);
    record.add_pending(reference, {}, {});
    changes.push_back({previous, {}, current->version + 1});
    prepared.admitted.push_back({entry.type, entry.id, current->version + 1, Effect::removed});
    prepared.batch.writes.push_back(std::move(write));
    return {};
  }

  void write(const Entry& entry, const std::optional<store::Version>& current, Value previous, Value resource,
             const std::string& disclosers) {
    store::Write write;
    write.type = entry.type;
    write.id = entry.id;
    write.expected = current ? current->version : 0;
    Canonical made = canonical(resource, entry.id, write.expected + 1);
    write.body = std::move(made.body);
    write.updated_offset = made.updated_offset;
    const fhir::Reference patient = patient_of(resource, record);
    write.patient = patient.id();
    write.disclosers = disclosers;
    Faceted faceted = derive(admission.indexer_, admission.definitions_, resource, patient, disclosers);
    write.shapes = std::move(faceted.shapes);
    write.rows = std::move(faceted.rows);
    if (current) write.previous_pk = current->pk, write.previous_patient = current->patient;
    if (previous) write.previous_rows = admission.indexer_.extract(previous);
    record.add_pending(entry.type + "/" + entry.id, patient, resource);
    changes.push_back({previous, resource, write.expected + 1, entry.moves});
    prepared.admitted.push_back(
        {entry.type, entry.id, write.expected + 1, previous ? Effect::updated : Effect::created});
    if (entry.if_none_exist) claim_absence(entry);
    prepared.batch.writes.push_back(std::move(write));
  }

  void claim_absence(const Entry& entry) {
    const auto* parameter = admission.definitions_.find_search_parameter(entry.type, "identifier");
    if (!parameter) return;
    const auto& [system, value] = *entry.if_none_exist;
    prepared.batch.only_if.absent_tokens.push_back(
        {search::parameter_key(admission.definitions_, entry.type, *parameter), hash64(system + "|" + value),
         snapshot.resources().newest_pk()});
  }

  // If a consent changed, folds all grants of its patient anew, as of now. If another consent of the patient
  // is written meanwhile, the batch is a conflict and is prepared again.
  void grant() {
    std::map<fhir::Reference, std::set<std::string>> changed;  // "Consent/abc"
    for (const auto& change : changes)
      for (const Value consent : {change.previous, change.current})
        if (consent && consent["resourceType"].text() == "Consent")
          changed[patient_of(consent, record)].insert("Consent/" + std::string(consent["id"].text()));
    for (const auto& [patient, consents] : changed) {
      if (patient.empty()) continue;
      std::vector<consent::Directive> after;
      for (const Value consent : record.of_patient(patient, "Consent"))
        after.push_back(consent::read_directive(consent));
      Regranted made =
          regranted(snapshot, patient.id(), after, consents, prepared.batch.writes, admission.clock_.now());
      prepared.batch.grants.push_back(std::move(made.grants));
      view_changes[patient] = {std::move(made.changes), std::move(made.consents_before), {}};
      prepared.batch.only_if.read_lists.push_back(snapshot.resources().list_of(patient.id(), "Consent"));
    }
  }

  // Finds the scopes that see more of a patient than just what is written.
  void open() {
    Openings openings(snapshot, prepared.batch.grants, prepared.batch.writes, admission.clock_.now());
    prepared.batch.openings = openings.find();
    for (const fhir::ResourceId& patient : openings.patients())
      prepared.batch.only_if.read_lists.push_back(snapshot.resources().list_of(patient, "Consent"));
  }

  Result<void> announce() {
    auto rows = handoff::admission::announce(*admission.routes_.now(), changes, view_changes, record,
                                             admission.clock_.now());
    if (!rows) return rows.error();
    prepared.batch.outbox = std::move(*rows);
    return {};
  }

  void write_ledger() {
    if (prepared.batch.writes.empty()) return;
    std::string entry;
    json::Writer writer(entry);
    writer.begin_object().key("kind").text("write").key("actor").text(submission.actor);
    writer.key("resources").begin_array();
    for (const store::Write& write : prepared.batch.writes)
      writer.text(fmt::format("{}/{}/_history/{}", write.type, write.id, write.expected + 1));
    writer.end_array().end_object();
    prepared.batch.ledger.push_back(std::move(entry));
  }
};

Admission::Admission(store::Store& store, const search::Indexer& indexer,
                     const routing::CurrentRoutes& routes, const Clock& clock,
                     const validation::Validator& validator, RequiredProfiles required,
                     std::shared_ptr<const consent::CurrentNames> names)
    : store_(store),
      indexer_(indexer),
      routes_(routes),
      clock_(clock),
      validator_(validator),
      required_(std::move(required)),
      names_(std::move(names)),
      definitions_(indexer.definitions()) {}

std::vector<Issue> Admission::refusals(Value resource, std::string_view client) const {
  const std::vector<std::string> profiles = required_.of(client, resource["resourceType"].text());
  return validator_.refusals(resource, profiles);
}

Result<Prepared> Admission::prepare(const Submission& submission, const store::Snapshot& snapshot) const {
  Work work{*this, submission, snapshot};
  for (std::size_t i = 0; i < submission.entries.size(); ++i)
    if (auto added = work.add(submission.entries[i], i); !added) return added.error();
  work.prepared.batch.identities = submission.identities;
  work.prepared.batch.intake_states = submission.intake_states;
  work.prepared.batch.people = submission.people;
  work.grant();
  work.open();
  if (auto announced = work.announce(); !announced) return announced.error();
  work.write_ledger();
  for (const std::string& note : submission.ledger_notes) work.prepared.batch.ledger.push_back(note);
  return std::move(work.prepared);
}

}  // namespace handoff::admission
