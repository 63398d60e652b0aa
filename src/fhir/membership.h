// Is a code in a value set (R4 "terminologies", "valueset")? Terminology implements this for modules below
// it: FHIRPath's memberOf() and the bindings that validation checks. An answer that is not known is
// "unknown", never a guess.
#pragma once

#include <cstdint>
#include <string_view>

namespace handoff::fhir {

struct Coding {
  std::string_view system;   // empty: not given
  std::string_view version;  // of the code system; empty: any known version
  std::string_view code;
};

enum class Membership : std::uint8_t { in, out, unknown };

class ValueSets {
 public:
  virtual ~ValueSets() = default;
  // `value_set`: canonical, with or without "|version". A coding without system is in the set if some system
  // of the set has the code.
  virtual Membership contains(std::string_view value_set, const Coding& coding) const = 0;
  // Does the coding's system have this code at all?
  virtual Membership has_code(const Coding&) const { return Membership::unknown; }
};

}  // namespace handoff::fhir
