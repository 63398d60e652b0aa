#include "intake/world.h"

#include <algorithm>

#include "core/hash.h"
#include "core/name_fold.h"
#include "intake/evidence.h"
#include "store/id_key.h"
#include "store/people.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

constexpr std::size_t candidates_max = 16;

bool carries(json::Value resource, std::string_view system, std::string_view value) {
  const json::Value identifier = resource["identifier"];
  const auto matches = [&](json::Value one) {
    return one["system"].text() == system && one["value"].text() == value;
  };
  if (identifier.is_object()) return matches(identifier);
  for (const json::Value one : identifier.items())
    if (matches(one)) return true;
  return false;
}

}  // namespace

Ids ids_of(const store::Store& store, const IdKey& key) {
  return {key, store::has_keyless_ids(store.snapshot())};
}

// All claims of the person's records, and those of the Patient resource itself. The latter has corrections of
// operators and records of earlier programs.
const identity::KnownPerson& StoredWorld::known(const fhir::ResourceId& id) {
  if (const auto met = known_.find(id); met != known_.end()) return met->second;
  identity::KnownPerson person{id.text(), claims_of(record_.read(fhir::Reference("Patient", id)))};
  for (const store::Contribution& one : snapshot_->people().contributions_of(id))
    person.claims.push_back(claim_of(one.claim));
  for (identity::PersonClaim& claim : person.claims) claim = evidence_of(claim);
  return known_.emplace(id, std::move(person)).first->second;
}

// A deleted resource keeps its id, too.
std::string StoredWorld::id_of(std::string_view type, std::string_view system, std::string_view value) {
  if (ids_.has_keyless)
    if (std::string before = keyless_id(type, system, value); snapshot_->resources().find(type, before))
      return before;
  return ids_.key.id(type, system, value);
}

std::vector<identity::KnownPerson> StoredWorld::known_by(const identity::PersonClaim& evidence,
                                                         std::string_view system, std::string_view value) {
  std::vector<identity::KnownPerson> people;
  for (const fhir::ResourceId& id : snapshot_->resources().identified(system, value))
    people.push_back(known(id));
  if (system != identity::name_system) return people;
  // Keys of earlier programs are less precise. So the names must also be equal by today's rules.
  const auto is_same = [&](const identity::PersonClaim& claim) {
    return fold_name_closed(claim.family) == fold_name_closed(evidence.family) &&
           fold_name_closed(claim.given) == fold_name_closed(evidence.given);
  };
  for (const fhir::ResourceId& id : snapshot_->resources().identified(identity::earlier_name_system,
                                                                      identity::earlier_name_key(evidence))) {
    const bool is_known =
        std::any_of(people.begin(), people.end(), [&](const auto& one) { return one.id == id.text(); });
    if (is_known) continue;
    const identity::KnownPerson& person = known(id);
    if (std::any_of(person.claims.begin(), person.claims.end(), is_same)) people.push_back(person);
  }
  return people;
}

// An id is used only once. If somebody else has it, another one is derived.
std::string StoredWorld::free_id(std::string_view derived_id) {
  std::string id(derived_id);
  for (int number = 2; snapshot_->resources().read("Patient", id); ++number)
    id = ids_.key.id("Patient", derived_id, std::to_string(number));
  return id;
}

identity::Recognition StoredWorld::recognize(const identity::PersonClaim& claim,
                                             std::string_view derived_id) {
  if (decision_) return {decision_->patient.empty() ? free_id(derived_id) : decision_->patient.text(), {}};
  const identity::PersonClaim evidence = evidence_of(claim);
  identity::Recognition found = identity::recognize(
      evidence,
      [&](std::string_view system, std::string_view value) { return known_by(evidence, system, value); },
      tables_->nicknames);
  if (!found.id.empty() || !found.candidates.empty()) return found;
  // an id from a placeholder belongs to nobody
  if (evidence.links.size() < claim.links.size()) return {free_id(derived_id), {}};
  const fhir::ResourceId id(derived_id);  // for Patients that others than intake wrote, without keys
  if (!record_.read(fhir::Reference("Patient", id))) return {id.text(), {}};
  identity::Candidate candidate = identity::compare(evidence, known(id), tables_->nicknames);
  if (candidate.fits()) return {id.text(), {}};
  return {{}, {std::move(candidate)}};
}

std::optional<std::string> StoredWorld::find(std::string_view type, std::string_view system,
                                             std::string_view value) {
  if (type == "Patient") {
    const auto ids = snapshot_->resources().identified(system, value);
    if (ids.size() == 1) named_people_.push_back({std::string(system), std::string(value)});
    return ids.size() == 1 ? std::optional("Patient/" + ids.front().text()) : std::nullopt;
  }
  const std::string prefix = std::string(type) + "/";
  const std::string derived = prefix + id_of(type, system, value);
  if (record_.read(derived)) return derived;
  const auto& definitions = fhir::Definitions::r4();
  const auto* parameter = definitions.find_search_parameter(type, "identifier");
  if (!parameter) return std::nullopt;
  const auto key = search::parameter_key(definitions, type, *parameter);
  for (const store::Version& version : snapshot_->resources().with_token(
           key, hash64(std::string(system) + "|" + std::string(value)), candidates_max)) {
    const json::Value resource = record_.read(prefix + version.id);
    if (!carries(resource, system, value)) continue;
    if (version.patient_number == store::PatientNumber::nobody || is_of_feeds(type, resource))
      return prefix + version.id;
  }
  return std::nullopt;
}

std::vector<json::Value> StoredWorld::of_patient(const fhir::Reference& patient, std::string_view type) {
  std::vector<json::Value> all = record_.of_patient(patient, type);
  std::erase_if(all, [&](json::Value resource) { return !is_of_feeds(type, resource); });
  return all;
}

bool StoredWorld::is_of_feeds(std::string_view type, json::Value resource) {
  const std::string_view id = resource["id"].text();
  const auto derives = [&](json::Value one) {
    return id_of(type, one["system"].text(), one["value"].text()) == id;
  };
  const json::Value identifier = resource["identifier"];
  const auto several = identifier.items();
  if (identifier.is_object() ? derives(identifier) : std::any_of(several.begin(), several.end(), derives))
    return true;
  const auto version = snapshot_->resources().read(type, id);
  return version && version->disclosers.empty();
}

}  // namespace handoff::intake
