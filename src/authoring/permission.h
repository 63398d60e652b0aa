// Who may write what. Operators may write everything and choose ids. Everybody else writes for its own organization,
// and changes only what that organization disclosed.
#pragma once

#include <string_view>

#include "authoring/author.h"
#include "json/value.h"

namespace handoff::authoring {

// May the requester write this type at all? Only operators write a Patient, whom many know, or a Consent, which opens
// what others hold. The answer is the same whatever is stored. Problem: unsupported (nobody writes this type yet),
// forbidden.
Result<void> check_writer(const auth::Requester& requester, std::string_view type);
// Nobody is notified by a Subscription yet, so none is stored.
bool is_type_served(std::string_view type);

// Everybody but operators writes what belongs to a patient. References are resolved before. Problem: forbidden, at the
// type.
Result<void> check_subject(const auth::Requester& requester, json::Value resource);

// Does the requester's organization exist, and is it in use? Everybody but operators writes in its name. Problem:
// forbidden, the same whatever else is stored.
Result<void> check_organization(const Author& author);

enum class Standing { own, absent };
// Of a resource that is to be changed: the requester's own, or absent. A hidden one is absent. To an operator all are
// its own. Problem: forbidden, if another organization disclosed it.
Result<Standing> standing_of(const Author& author, std::string_view type, std::string_view id);

}  // namespace handoff::authoring
