// Does a resource have the form that R4 gives its type? What every write is asked first: known members, cardinality, types,
// formats of primitives, codes of required bindings, targets of references, extensions, contained resources, narrative
// (R4 "json", "datatypes", "references", "extensibility", "narrative"). Invariants and profiles are asked elsewhere.
#pragma once

#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::validation {

inline constexpr std::size_t issues_max = 100;  // of one resource: nobody reads more, and a hostile one could bring millions

// Empty if valid; issues of warning and information do not make it invalid. Diagnostics name no values but codes and types,
// so that they may be kept where the resource may not.
std::vector<Issue> validate_structure(json::Value resource, const fhir::Definitions& definitions);

}  // namespace handoff::validation
