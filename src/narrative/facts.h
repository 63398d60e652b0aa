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

struct Summary {
  std::string_view kind;  // "Goal"; empty: this type gets no text
  std::string subject;    // "Keep stable housing"; may be empty
  std::vector<Fact> facts;
};

// "Goal": the name for a resource of this type. Empty if this type gets no text.
std::string_view kind_of(std::string_view type);

// `resolve` finds the people and organizations to name. It is empty for a text that is stored, because that
// text would say things of others that may change or be removed.
Summary summary_of(json::Value resource, const Resolve& resolve);

// Members of a CareTeam: role, name, telephone.
struct TeamMember {
  std::string role, name, phones;
};
std::vector<TeamMember> members_of(json::Value care_team, const Resolve& resolve);

}  // namespace handoff::narrative
