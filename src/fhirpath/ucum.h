// The units of UCUM ("The Unified Code for Units of Measure", tables 1 to 24) that clinical data use. Each is
// defined by another unit.
#pragma once

#include <span>
#include <string_view>

namespace handoff::fhirpath {

struct UnitRow {
  std::string_view code;
  std::string_view value;  // how many of `unit`, a decimal
  std::string_view unit;   // UCUM; empty: a base unit, or a unit with its own dimension
  bool metric = false;     // takes prefixes
};
std::span<const UnitRow> unit_rows();

struct Prefix {
  std::string_view code;
  int exponent;
};
std::span<const Prefix> unit_prefixes();

}  // namespace handoff::fhirpath
