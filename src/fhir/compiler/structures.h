// StructureDefinition → types and elements (R4 "structuredefinition", "elementdefinition"), from the
// snapshots.
#pragma once

#include <span>

#include "fhir/compiler/errata.h"

namespace handoff::fhir::compiler {

// Resources, complex types and primitives (no profiles, no logical models) of bundles of
// StructureDefinitions. Backbones become types named by their path.
Structures read_structures(std::span<const json::Value> bundles);

// Differences in what the compiler reads.
Findings compare(const Structures& ours, const Structures& theirs);

// Applies "set" and "drop" of the errata.
void repair(Structures& structures, Errata& errata);

// Finds names that no type has, and targets that are no resource type.
Findings check(const Structures& structures);

}  // namespace handoff::fhir::compiler
