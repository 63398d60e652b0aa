// SearchParameter and CompartmentDefinition (R4 "searchparameter", "compartmentdefinition").
#pragma once

#include "fhir/compiler/errata.h"

namespace handoff::fhir::compiler {

// Findings: what cannot be read.
SearchParameters read_search_parameters(json::Value bundle, Findings& findings);
Findings compare(const SearchParameters& ours, const SearchParameters& theirs);
void repair(SearchParameters& parameters, Errata& errata);
// Bases, targets and components that are not defined.
Findings check(const SearchParameters& parameters, const Structures& structures);

// The CompartmentDefinitions of a bundle, or a single one. Only members that have parameters.
void read_compartments(json::Value bundle, Compartments& compartments);
// Ours, with the other copy's members if an erratum keeps those. A difference that no erratum settles is a
// finding.
Compartments settle(Compartments ours, const Compartments& theirs, Errata& errata, Findings& findings);

}  // namespace handoff::fhir::compiler
