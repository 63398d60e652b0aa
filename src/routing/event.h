// Decides by the routes (routing/routes.h) which events a change is, and who hears of it. Gathers what
// belongs to it. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/record.h"
#include "fhir/resource_id.h"
#include "json/value.h"
#include "routing/routes.h"

namespace handoff::routing {

struct Event {
  const Route* route = nullptr;  // lives as long as the routes
  fhir::Reference patient;
  std::string focus;  // "Composition/abc"
};

// The events of a change. `previous` is absent for a new resource. Problem: unprocessable (a condition that
// cannot be evaluated).
Result<std::vector<Event>> events_of(const Routes& routes, json::Value previous, json::Value current);

struct Recipient {
  std::string organization;  // "ORG-PCP1"
  std::string role;          // of the care team: "pcp", "mobileCrisis"
  std::string purpose;       // "TREAT"
};

// The recipients that the route names in this CareTeam resource, in the team's order. Each organization
// appears once, with the first rule of the route that fits it.
std::vector<Recipient> recipients_of(const Route& route, json::Value care_team);

// The rule that fits an organization's kind (Organization.type). Null if the organization does not hear of
// the event.
const RecipientRule* rule_of(const Route& route, json::Value organization);

// The care team that hears of the event with this focus. The route's path leads to it, or it belongs to the
// plan that the document is made of. Absent if this patient has none.
json::Value care_team_of(const Route& route, json::Value focus, fhir::RecordReader& record);

// The parts of an aftercare document (E14): the Composition and the resources that it leads to. A part is
// absent if the record has none, or if the reference leads to another person's resource.
struct Aftercare {
  json::Value composition;
  fhir::Reference patient;
  std::string discloser;  // "Organization/ORG-ADV": the author
  json::Value episode;
  json::Value care_plan;
  json::Value care_team;
  std::vector<json::Value> goals, conditions, medications, appointments;
  bool member_declined = false;

  // All parts that exist, the Composition first.
  std::vector<json::Value> parts() const;
};

Aftercare gather_aftercare(json::Value composition, fhir::RecordReader& record);

}  // namespace handoff::routing
