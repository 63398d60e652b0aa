#include "routing/event.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "fhir/reference.h"

namespace handoff::routing {
namespace {

using json::Value;

constexpr std::string_view aftercare_code = "aftercare-plan";
constexpr std::string_view declined_extension = "https://handoff.example.org/fhir/StructureDefinition/coordination-declined";

// One row an event: what brings it about, and which roles of the care team it goes to.
struct Route {
  std::string_view event;
  std::string_view type;      // of the resource whose creation is the event
  std::string_view category;  // code in its category
  std::array<std::string_view, 2> roles;
};

constexpr Route routes[] = {
    {"E14", "Composition", aftercare_code, {"pcp", "mobileCrisis"}},
};

bool has_code(Value concepts, std::string_view code) {
  for (const Value concept_ : concepts.items())
    for (const Value coding : concept_["coding"].items())
      if (coding["code"].text() == code) return true;
  return false;
}

// What `reference` names, if it is this patient's: a reference that goes astray must not carry another person's record away.
Value read_own(fhir::RecordReader& record, Value reference, std::string_view patient) {
  const Value found = record.read(fhir::local_reference(reference["reference"].text()));
  return found && fhir::patient_of(found) == patient ? found : Value{};
}

void read_all(fhir::RecordReader& record, Value references, std::string_view patient, std::vector<Value>& out) {
  for (const Value item : references.items())
    if (const Value found = read_own(record, item, patient)) out.push_back(found);
}

bool refers_to(Value references, std::string_view target) {
  for (const Value item : references.items())
    if (fhir::local_reference(item["reference"].text()) == target) return true;
  return false;
}

}  // namespace

std::vector<Event> events_of(Value previous, Value current) {
  std::vector<Event> events;
  const std::string_view type = current["resourceType"].text();
  for (const Route& route : routes) {
    if (previous || type != route.type || !has_code(current["category"], route.category)) continue;
    events.push_back({std::string(route.event), fhir::patient_of(current), std::string(type) + "/" + std::string(current["id"].text())});
  }
  return events;
}

std::vector<Recipient> recipients_of(std::string_view event, Value care_team) {
  std::vector<Recipient> recipients;
  for (const Route& route : routes) {
    if (route.event != event) continue;
    for (const Value participant : care_team["participant"].items()) {
      const std::string member = fhir::local_reference(participant["member"]["reference"].text());
      if (!member.starts_with("Organization/")) continue;
      for (const auto role : route.roles) {
        if (!has_code(participant["role"], role)) continue;
        const std::string organization = member.substr(13);
        const bool known =
            std::any_of(recipients.begin(), recipients.end(), [&](const Recipient& r) { return r.organization == organization; });
        if (!known) recipients.push_back({organization, std::string(role)});
      }
    }
  }
  return recipients;
}

std::vector<Value> Aftercare::parts() const {
  std::vector<Value> all;
  for (const auto& some : {std::vector{composition, episode, care_plan, care_team}, goals, conditions, medications, appointments})
    std::copy_if(some.begin(), some.end(), std::back_inserter(all), [](Value part) { return bool(part); });
  return all;
}

Aftercare gather_aftercare(Value composition, fhir::RecordReader& record) {
  Aftercare all;
  all.composition = composition;
  all.patient = fhir::patient_of(composition);
  all.discloser = fhir::local_reference(composition["author"].at(0)["reference"].text());
  for (const Value extension : composition["extension"].items())
    if (extension["url"].text() == declined_extension) all.member_declined = extension["valueBoolean"].truth();
  const Value detail = composition["event"].at(0)["detail"].at(0);
  const std::string episode = fhir::local_reference(detail["reference"].text());
  all.episode = read_own(record, detail, all.patient);
  if (!all.episode) return all;
  for (const Value plan : record.of_patient(all.patient, "CarePlan")) {
    if (!refers_to(plan["supportingInfo"], episode) || !has_code(plan["category"], "support-plan")) continue;
    all.care_plan = plan;
    break;  // newest first
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
