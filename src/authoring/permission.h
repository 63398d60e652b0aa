// Who may write what. Operators may write everything and choose ids. Everybody else writes for its own
// organization, and changes only what that organization disclosed.
#pragma once

#include <string_view>

#include "authoring/author.h"
#include "json/value.h"

namespace handoff::authoring {

// May the requester write this type at all? Only operators write a Patient, because many know the person, or
// a Consent, because it opens data of others. The answer does not depend on what is stored. Problem:
// unsupported (nobody can write this type yet), forbidden.
Result<void> check_writer(const auth::Requester& requester, std::string_view type);
// Subscriptions are not served yet: nobody would be notified, so none is stored.
bool is_type_served(std::string_view type);

// Everybody but operators writes only what belongs to a patient. References must be resolved before. Problem:
// forbidden, at the type.
Result<void> check_subject(const auth::Requester& requester, json::Value resource);

// Does the requester's organization exist, and is it in use? Everybody but operators writes in its name.
// Problem: forbidden, the same whatever else is stored.
Result<void> check_organization(const Author& author);

enum class Standing { own, absent };
// The standing of a resource that the requester wants to change: its own, or absent. A hidden resource is
// absent. For an operator, every resource is its own. Problem: forbidden, if another organization disclosed
// it.
Result<Standing> standing_of(const Author& author, std::string_view type, std::string_view id);

}  // namespace handoff::authoring
