// Units of quantities (UCUM, case-sensitive): what a unit is in base units, exactly; comparison and
// conversion with it; and FHIRPath's calendar durations. Logarithmic units (pH, bel) and arbitrary ones
// ([IU]) have their own dimension.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhirpath/decimal.h"

namespace handoff::fhirpath {

// A unit in base units: (value + offset) * numerator / denominator * 10^exponent of them. `bases` has the
// power of each base unit, by name.
struct Measure {
  Decimal::Digits numerator = 1, denominator = 1;
  int exponent = 0;
  Decimal offset = {};  // of a temperature that stands alone
  std::vector<std::pair<std::string_view, int>> bases = {};
  bool same_kind(const Measure& other) const { return bases == other.bases; }
};

// "mg/dL", "10*3/uL", "m2", "mm[Hg]", or a calendar unit ("day"). A unit that is unknown or too long becomes
// its own base, and `code` must then outlive the result. With `calendar`, "year" and "month" differ from
// UCUM's "a" and "mo".
Measure measure_of(std::string_view code, bool calendar);

struct Quantity {
  Decimal value;
  std::string_view unit;  // UCUM code, or a calendar unit
  bool calendar = false;
};

// -1, 0, 1. Nothing if the dimensions differ, or if the numbers are too large to tell.
std::optional<int> compare(const Quantity& a, const Quantity& b);
// "~": compares in the coarser unit, at the precision of the less precise value.
bool equivalent(const Quantity& a, const Quantity& b);
bool comparable(const Quantity& a, const Quantity& b);
// The value in another unit. Nothing if that unit has another dimension.
std::optional<Decimal> converted(const Quantity& quantity, std::string_view unit, bool calendar);
// Do both have one dimension, and is the unit of `a` the finer one?
bool is_finer(const Quantity& a, const Quantity& b);

// "days" and "day" are "day". Empty if the word is no calendar unit.
std::string_view calendar_unit(std::string_view word);

// Unit of a product or quotient: "cm" and "cm2" give "cm3", "mg" by "dL" gives "mg/dL". "1" if nothing is
// left.
std::string product_code(std::string_view a, std::string_view b, bool divides);

}  // namespace handoff::fhirpath
