// What a step may give, as far as the compiler knows.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "fhirpath/expression.h"

namespace handoff::fhirpath {

struct StaticType {
  const fhir::Type* type = nullptr;
  SystemType system = SystemType::none;
  const std::vector<RecordMember>* record = nullptr;
  const fhir::Element* element = nullptr;  // whose unchanged value this is
  std::string path = {};                   // of a nested record: "person."
  bool operator==(const StaticType&) const = default;
};

struct Static {
  bool known = false;    // false: anything; true with no types: always empty
  bool ordered = true;   // false after children()
  bool filters = false;  // several types are possible: `as` selects among them
  std::vector<StaticType> types = {};

  static Static unknown() { return {.filters = true}; }
  static Static of(StaticType type) { return {.known = true, .types = {std::move(type)}}; }
  static Static of(SystemType system) { return of(StaticType{.system = system}); }
  static Static nothing() { return {.known = true}; }

  void add(const StaticType& type) {
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  }
  // What either of both may give.
  void add(const Static& other) {
    known = known && other.known;
    ordered = ordered && other.ordered;
    filters = filters || other.filters;
    for (const StaticType& type : other.types) add(type);
    if (!known) types.clear();
  }
};

}  // namespace handoff::fhirpath
