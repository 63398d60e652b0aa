// What supervision and shelters may see, whatever a consent permits (README.md, "States only"). They see that
// a person, an enrolment, a visit, an appointment, a task, a referral or a consent exists, and its state, but
// nothing clinical. Closed: a member that the tables do not name is not given. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "json/value.h"

namespace handoff::consent {

// Do clients of this role see projections only?
bool projects(std::string_view role);

// Is anything of this type given?
bool is_projected(std::string_view type);

// A new resource with only the members that say the state. `resource` has passed redact(). Nothing for types
// that are not projected, or if the state cannot be told without revealing more.
std::optional<json::Value> status_only(json::Arena& arena, json::Value resource);

// Does the search parameter look only at members that are given whole? The caller asks for each link of a
// chain. The modifier :identifier must be refused, because identifiers are never given.
bool is_searchable(std::string_view type, std::string_view parameter);

}  // namespace handoff::consent
