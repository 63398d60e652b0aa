// StructureDefinition → types and elements (R4 "structuredefinition", "elementdefinition"), from the snapshots.
#pragma once

#include <span>

#include "fhir/compiler/errata.h"

namespace handoff::fhir::compiler {

// Resources, complex types and primitives (no profiles, no logical models) of bundles of StructureDefinitions; backbones
// become types named by their path.
Structures read_structures(std::span<const json::Value> bundles);

// What differs in what we read.
Findings compare(const Structures& ours, const Structures& theirs);

// "set" and "drop" of the errata.
void repair(Structures& structures, Errata& errata);

// Names that no type has, and targets that are no resource type.
Findings check(const Structures& structures);

}  // namespace handoff::fhir::compiler
