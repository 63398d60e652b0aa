// What a text says of a resource of each type: what it is about, and a few facts with their labels. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "narrative/words.h"

namespace handoff::narrative {

struct Fact {
  std::string_view label;
  std::string text;  // plain
};

struct Told {
  std::string_view kind;  // "Goal"; empty: of this type nothing is told
  std::string subject;    // "Keep stable housing"; may be empty
  std::vector<Fact> facts;
};

// "Goal": what a resource of this type is called; empty if nothing is told of it.
std::string_view kind_of(std::string_view type);

// `resolve`: who is named. Empty for a text that is kept: it would say of others what may change, or go.
Told told_of(json::Value resource, const Resolve& resolve);

// Members of a CareTeam: role, who, telephone.
struct TeamMember {
  std::string role, name, phones;
};
std::vector<TeamMember> members_of(json::Value care_team, const Resolve& resolve);

}  // namespace handoff::narrative
