// Which event a change is, and who is to hear of it (ARCHITECTURE.md, "exchange"): the programs' own table of events,
// recipients and channels, as far as this gateway serves it. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/record.h"
#include "json/value.h"

namespace handoff::routing {

struct Event {
  std::string code;     // "E14"
  std::string patient;  // "Patient/abc"
  std::string focus;    // "Composition/abc"
};

// What changed: `previous` is absent for a new resource.
std::vector<Event> events_of(json::Value previous, json::Value current);

struct Recipient {
  std::string organization;  // "ORG-PCP1"
  std::string role;          // of the care team: "pcp", "mobileCrisis"
};

// Whom the event's rule names in this care team (CareTeam resource), in its order, each once.
std::vector<Recipient> recipients_of(std::string_view event, json::Value care_team);

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
