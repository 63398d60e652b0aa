// Is a code in a value set (R4 "terminologies", "valueset")? What terminology answers to whoever stands below it: FHIRPath's
// memberOf() and the bindings that validation checks. What is not known is said to be unknown, never guessed.
#pragma once

#include <cstdint>
#include <string_view>

namespace handoff::fhir {

struct Coding {
  std::string_view system;   // empty: not said
  std::string_view version;  // of the code system; empty: whichever is known
  std::string_view code;
};

enum class Membership : std::uint8_t { in, out, unknown };

class ValueSets {
 public:
  virtual ~ValueSets() = default;
  // `value_set`: canonical, with or without "|version". A coding without system is in where some system of the set has the code.
  virtual Membership contains(std::string_view value_set, const Coding& coding) const = 0;
  // Has its system this code at all?
  virtual Membership has_code(const Coding&) const { return Membership::unknown; }
};

}  // namespace handoff::fhir
