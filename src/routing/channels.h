// Tables of the channels and the sources of recipients that a route may name. disclosure/message.cpp composes
// a channel's messages. event.h and admission/announcement.cpp find the recipients.
#pragma once

#include <string_view>

#include "routing/routes.h"

namespace handoff::routing {

struct SourceRow {
  std::string_view name;  // "care-team"
  Source source;
  std::string_view role_is;      // what `role` names, for messages
  std::string_view role_system;  // its code system, one of ours
};
inline constexpr SourceRow sources[] = {
    {"care-team", Source::care_team, "role of a care team",
     "https://handoff.example.org/fhir/CodeSystem/care-team-role"},
    {"changed-view", Source::changed_view, "kind of organization",
     "https://handoff.example.org/fhir/CodeSystem/organization-kind"},
};

struct ChannelRow {
  std::string_view name;  // "document"
  Channel channel;
  Source source;             // of its recipients
  std::string_view type;     // of the resource whose change is the event; empty: any
  bool names_care_team;      // `care_team` leads to the team; else the code that makes the message finds it
  bool has_topic, includes;  // which members it has
};
inline constexpr ChannelRow channels[] = {
    {"document", Channel::document, Source::care_team, "Composition", false, false, false},
    {"notification", Channel::notification, Source::care_team, "", true, true, true},
    {"view-notification", Channel::view_notification, Source::changed_view, "Consent", false, true, false},
};

const SourceRow& row_of(Source source);

}  // namespace handoff::routing
