// Which event a change is, and who is to hear of it, by the routes (routing/routes.h); and what belongs to it. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/record.h"
#include "json/value.h"
#include "routing/routes.h"

namespace handoff::routing {

struct Event {
  const Route* route = nullptr;  // lives as long as the routes
  std::string patient;           // "Patient/abc"
  std::string focus;             // "Composition/abc"
};

// What changed: `previous` is absent for a new resource. Problem: unprocessable (a condition that cannot be evaluated).
Result<std::vector<Event>> events_of(const Routes& routes, json::Value previous, json::Value current);

struct Recipient {
  std::string organization;  // "ORG-PCP1"
  std::string role;          // of the care team: "pcp", "mobileCrisis"
  std::string purpose;       // "TREAT"
};

// Whom the route names in this care team (CareTeam resource), in the team's order; each organization once, by the first of
// the route's rules that fits it.
std::vector<Recipient> recipients_of(const Route& route, json::Value care_team);

// The rule that fits the kind of an organization (Organization.type); null: it does not hear of the event.
const RecipientRule* rule_of(const Route& route, json::Value organization);

// The care team that hears of an event whose focus this is: the route's path leads to it, or it is that of the plan of which
// the document is made. Absent if there is none of this patient.
json::Value care_team_of(const Route& route, json::Value focus, fhir::RecordReader& record);

// What an aftercare document (E14) is made of: the Composition and what it leads to; absent where the record has none, and
// where what is referred to is another person's.
struct Aftercare {
  json::Value composition;
  std::string patient;
  std::string discloser;  // "Organization/ORG-ADV": the author
  json::Value episode;
  json::Value care_plan;
  json::Value care_team;
  std::vector<json::Value> goals, conditions, medications, appointments;
  bool member_declined = false;

  // Everything above that is there, the Composition first.
  std::vector<json::Value> parts() const;
};

Aftercare gather_aftercare(json::Value composition, fhir::RecordReader& record);

}  // namespace handoff::routing
