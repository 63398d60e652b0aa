// Who a resource says that it is from (R4 "w5": author and source): what an organization writes names that organization or a role of
// it, and nobody else. Operators, who enter what others bring, are free.
#pragma once

#include <functional>
#include <string_view>

#include "rest/interaction.h"

namespace handoff::rest {

// Does the organization of the requester exist, and is it in use? Everybody but operators writes in its name.
// Problem: forbidden, alike whatever else is stored.
Result<void> check_organization(const auth::Requester& requester, const store::Snapshot& snapshot);

// What the same Bundle creates ("RelatedPerson/x"); absent if it does not.
using Beside = std::function<json::Value(std::string_view reference)>;

// Every element that says who wrote, said, entered, interpreted, reported or attests something (a table, by R4's "w5"), and who manages an
// EpisodeOfCare, in whose name feeds go on; at any depth, contained resources too; and the author agents of a Provenance. They may name the
// writer's organization or one below it; a role, practitioner, service, team or device of these; the patient of the resource; a
// RelatedPerson of that patient. Others may be named as who performed or requested something.
// Problem: forbidden, at the element; the same for what is another's, what the requester does not see, and what does not exist.
Result<void> check_attribution(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot,
                               json::Value resource, const Beside& beside = {});

}  // namespace handoff::rest
