// The codes of the value sets of required bindings (R4 "valueset", "codesystem"), if they can be listed.
#pragma once

#include <map>

#include "fhir/compiler/errata.h"

namespace handoff::fhir::compiler {

// ValueSet and CodeSystem resources by url.
struct Terminology {
  std::map<std::string_view, json::Value> value_sets;
  std::map<std::string_view, json::Value> code_systems;
  void add(json::Value bundle);
};

// Every value set that a required binding names, except the "open" ones. Findings: the copies differ, or a
// value set cannot be listed and no erratum says why.
ValueSets expand(const Structures& structures, const Terminology& ours, const Terminology& theirs,
                 Errata& errata, Findings& findings);

}  // namespace handoff::fhir::compiler
