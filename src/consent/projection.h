// What supervision and shelters may see, whatever a consent permits: that there is a person, an enrolment, a visit, an
// appointment, a task, a referral, a consent, and how it stands; never anything clinical (README.md, "status only").
// Closed: what the tables do not name is not given. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "json/value.h"

namespace handoff::consent {

// Do clients of this role see projections only?
bool projects(std::string_view role);

// Is anything of this type given at all?
bool is_projected(std::string_view type);

// A new resource with the members that say its state, of a resource that redact() has left. Nothing for types that are not
// projected, and where the state cannot be told without telling more.
std::optional<json::Value> status_only(json::Arena& arena, json::Value resource);

// Does the search parameter look only at members that are given, wholly? Each link of a chain is to be asked by itself; the
// modifier :identifier looks at what is never given.
bool is_searchable(std::string_view type, std::string_view parameter);

}  // namespace handoff::consent
