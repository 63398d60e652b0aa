// Checks if a resource has the form that R4 defines for its type. Every write makes this check first. It
// covers known members, cardinality, types, formats of primitives, codes of required bindings, targets of
// references, extensions, contained resources and narrative (R4 "json", "datatypes", "references",
// "extensibility", "narrative"). Invariants and profiles are checked elsewhere.
#pragma once

#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::validation {

// for one resource: nobody reads more, and a hostile one could cause millions
inline constexpr std::size_t issues_max = 100;

// Empty if valid. Warnings and information do not make a resource invalid. Diagnostics contain codes and
// types but no other values. So they may be stored where the resource may not.
std::vector<Issue> validate_structure(json::Value resource, const fhir::Definitions& definitions);

}  // namespace handoff::validation
