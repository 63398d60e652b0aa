// Units of quantities (UCUM, case-sensitive): what a unit is in base units, exactly, and with it comparison and conversion; and
// FHIRPath's calendar durations. Logarithmic units (pH, bel) and the arbitrary ones ([IU]) have a dimension of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhirpath/decimal.h"

namespace handoff::fhirpath {

// A unit in base units: (value + offset) * numerator / denominator * 10^exponent of them, and each base unit's power, by name.
struct Measure {
  Decimal::Digits numerator = 1, denominator = 1;
  int exponent = 0;
  Decimal offset = {};  // of a temperature that stands alone
  std::vector<std::pair<std::string_view, int>> bases = {};
  bool same_kind(const Measure& other) const { return bases == other.bases; }
};

// "mg/dL", "10*3/uL", "m2", "mm[Hg]", or a calendar unit ("day"). A unit that is not known, or longer than any, is a base of its own,
// which `code` must outlive. With `calendar`, "year" and "month" are apart from UCUM's "a" and "mo".
Measure measure_of(std::string_view code, bool calendar);

struct Quantity {
  Decimal value;
  std::string_view unit;  // UCUM code, or a calendar unit
  bool calendar = false;
};

// Nothing if they are of different dimensions, or too large to tell.
std::optional<int> compare(const Quantity& a, const Quantity& b);
// "~": compared in the coarser unit, at the precision of the less precise.
bool equivalent(const Quantity& a, const Quantity& b);
bool comparable(const Quantity& a, const Quantity& b);
// The value in another unit; nothing if that is of another dimension.
std::optional<Decimal> converted(const Quantity& quantity, std::string_view unit, bool calendar);
// Whether `a` is the finer unit of two of one dimension.
bool is_finer(const Quantity& a, const Quantity& b);

// "days" and "day" are "day"; empty if the word is no calendar unit.
std::string_view calendar_unit(std::string_view word);

// Unit of a product or quotient: "cm" and "cm2" give "cm3", "mg" by "dL" gives "mg/dL"; "1" where nothing is left.
std::string product_code(std::string_view a, std::string_view b, bool divides);

}  // namespace handoff::fhirpath
