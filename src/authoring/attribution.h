// The author and source that a resource names (R4 "w5"). What an organization writes must name that
// organization or a role of it.
#pragma once

#include <functional>
#include <string_view>

#include "authoring/author.h"
#include "json/value.h"

namespace handoff::authoring {

// What the same Bundle creates under this reference ("RelatedPerson/x"). Absent if it creates nothing there.
using Beside = std::function<json::Value(std::string_view reference)>;

// Checks every element that says who wrote, said, entered, interpreted, reported or attests something (a
// table, by R4's "w5"). It also checks the manager of an EpisodeOfCare, because feeds continue in that name,
// and the author agents of a Provenance. Elements are found at any depth, in contained resources too. They
// may name the writer's organization or one below it; a role, practitioner, service, team or device of these;
// the patient of the resource; a RelatedPerson of that patient. The performer or requester may be anybody.
// Operators are not checked, because they enter what others bring.
// Problem: forbidden, at the element. It is the same for somebody else's target, a hidden one and a missing
// one.
Result<void> check_attribution(const Author& author, json::Value resource, const Beside& beside = {});

}  // namespace handoff::authoring
