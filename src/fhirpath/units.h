// Units of quantities: the part of UCUM that clinical data compare by (products and quotients of the units listed), and
// FHIRPath's calendar durations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhirpath/decimal.h"

namespace handoff::fhirpath {

// A unit in base units: how many of them, and each base unit's exponent, sorted by name.
struct Measure {
  Decimal factor{1};
  std::vector<std::pair<std::string_view, int>> bases = {};
  bool same_kind(const Measure& other) const { return bases == other.bases; }
};

// "mg/dL", "m2", "wk", or a calendar unit ("day"). A unit that is not known is a base of its own, which `code` must
// outlive. With `calendar`, "year" and "month" are apart from UCUM's "a" and "mo".
Measure measure_of(std::string_view code, bool calendar);

// "days" and "day" are "day"; empty if the word is no calendar unit.
std::string_view calendar_unit(std::string_view word);

// "m2", "g.L-1"; "1" without bases.
std::string code_of(const Measure& measure);

}  // namespace handoff::fhirpath
