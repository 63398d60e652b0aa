#include "routing/event.h"

#include <algorithm>
#include <iterator>

#include "fhir/reference.h"

namespace handoff::routing {
namespace {

using json::Value;

constexpr std::string_view declined_extension =
    "https://handoff.example.org/fhir/StructureDefinition/coordination-declined";

bool has_code(Value concepts, std::string_view code) {
  for (const Value concept_ : concepts.items())
    for (const Value coding : concept_["coding"].items())
      if (coding["code"].text() == code) return true;
  return false;
}

// The resource that `reference` names, if it belongs to this patient. A wrong reference must not disclose
// another person's record.
Value read_own(fhir::RecordReader& record, Value reference, const fhir::Reference& patient) {
  const Value found = record.read(fhir::local_reference(reference["reference"].text()));
  return found && fhir::patient_of(found) == patient ? found : Value{};
}

void read_all(fhir::RecordReader& record, Value references, const fhir::Reference& patient,
              std::vector<Value>& out) {
  for (const Value item : references.items())
    if (const Value found = read_own(record, item, patient)) out.push_back(found);
}

bool refers_to(Value references, std::string_view target) {
  for (const Value item : references.items())
    if (fhir::local_reference(item["reference"].text()) == target) return true;
  return false;
}

// True if the route's condition on the version before holds, or if it has none.
Result<bool> held_before(const Route& route, Value previous) {
  if (!route.before) return true;
  if (!previous) return false;
  fhirpath::Evaluation evaluation;
  const auto held = route.before->evaluate(evaluation, {fhirpath::resource_item(previous)});
  if (!held) return held.error();
  return fhirpath::is_true(*held);
}

}  // namespace

Result<std::vector<Event>> events_of(const Routes& routes, Value previous, Value current) {
  std::vector<Event> events;
  const std::string_view type = current["resourceType"].text();
  for (const Route& route : routes.all()) {
    if (type != route.type || (previous && !route.on_update)) continue;
    fhirpath::Evaluation evaluation;
    const auto holds = route.condition.evaluate(evaluation, {fhirpath::resource_item(current)});
    if (!holds) return holds.error();
    if (!fhirpath::is_true(*holds)) continue;
    const auto held = held_before(route, previous);
    if (!held) return held.error();
    if (!*held) continue;
    events.push_back(
        {&route, fhir::patient_of(current), std::string(type) + "/" + std::string(current["id"].text())});
  }
  return events;
}

std::vector<Recipient> recipients_of(const Route& route, Value care_team) {
  std::vector<std::pair<std::string, std::size_t>> found;  // organization, index of its rule
  for (const Value participant : care_team["participant"].items()) {
    const std::string member = fhir::local_reference(participant["member"]["reference"].text());
    if (!member.starts_with("Organization/")) continue;
    const auto fits = [&](const RecipientRule& rule) { return has_code(participant["role"], rule.role); };
    const auto rule = std::find_if(route.recipients.begin(), route.recipients.end(), fits);
    if (rule == route.recipients.end()) continue;
    const std::string organization = member.substr(std::string_view("Organization/").size());
    const auto number = std::size_t(rule - route.recipients.begin());
    const auto known = std::find_if(found.begin(), found.end(),
                                    [&](const auto& each) { return each.first == organization; });
    if (known == found.end()) found.emplace_back(organization, number);
    else known->second = std::min(known->second, number);
  }
  std::vector<Recipient> recipients;
  for (const auto& [organization, number] : found)
    recipients.push_back({organization, route.recipients[number].role, route.recipients[number].purpose});
  return recipients;
}

const RecipientRule* rule_of(const Route& route, Value organization) {
  const auto fits = [&](const RecipientRule& rule) { return has_code(organization["type"], rule.role); };
  const auto rule = std::find_if(route.recipients.begin(), route.recipients.end(), fits);
  return rule == route.recipients.end() ? nullptr : &*rule;
}

Value care_team_of(const Route& route, Value focus, fhir::RecordReader& record) {
  if (!route.care_team) return gather_aftercare(focus, record).care_team;
  fhirpath::Evaluation evaluation;
  const auto found = route.care_team->evaluate(evaluation, {fhirpath::resource_item(focus)});
  return found && !found->empty() ? read_own(record, found->front().value, fhir::patient_of(focus)) : Value{};
}

std::vector<Value> Aftercare::parts() const {
  std::vector<Value> all;
  for (const auto& some : {std::vector{composition, episode, care_plan, care_team}, goals, conditions,
                           medications, appointments})
    std::copy_if(some.begin(), some.end(), std::back_inserter(all), [](Value part) { return bool(part); });
  return all;
}

Aftercare gather_aftercare(Value composition, fhir::RecordReader& record) {
  Aftercare all;
  all.composition = composition;
  all.patient = fhir::patient_of(composition);
  all.discloser = fhir::local_reference(composition["author"].at(0)["reference"].text());
  for (const Value extension : composition["extension"].items())
    if (extension["url"].text() == declined_extension)
      all.member_declined = extension["valueBoolean"].truth();
  const Value detail = composition["event"].at(0)["detail"].at(0);
  const std::string episode = fhir::local_reference(detail["reference"].text());
  all.episode = read_own(record, detail, all.patient);
  if (!all.episode) return all;
  for (const Value plan : record.of_patient(all.patient, "CarePlan")) {
    // Another discloser's plan for the same stay does not belong to this document. It could replace the right
    // plan.
    if (!record.is_disclosed_by("CarePlan/" + std::string(plan["id"].text()), all.discloser)) continue;
    if (!refers_to(plan["supportingInfo"], episode) || !has_code(plan["category"], "support-plan")) continue;
    // the latest counts
    if (!all.care_plan || plan["created"].text() > all.care_plan["created"].text()) all.care_plan = plan;
  }
  read_all(record, all.care_plan["goal"], all.patient, all.goals);
  read_all(record, all.care_plan["addresses"], all.patient, all.conditions);
  all.care_team = read_own(record, all.care_plan["careTeam"].at(0), all.patient);
  const std::string plan = "CarePlan/" + std::string(all.care_plan["id"].text());
  for (const Value medication : record.of_patient(all.patient, "MedicationRequest"))
    if (refers_to(medication["basedOn"], plan)) all.medications.push_back(medication);
  for (const Value section : composition["section"].items()) {
    std::vector<Value> entries;
    read_all(record, section["entry"], all.patient, entries);
    for (const Value entry : entries)
      if (entry["resourceType"].text() == "Appointment") all.appointments.push_back(entry);
  }
  return all;
}

}  // namespace handoff::routing
