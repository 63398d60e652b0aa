// Which codes are signals of which sensitivity (README.md): tables and their look-up, no other logic.
#pragma once

#include <string>
#include <string_view>

namespace handoff::consent {

struct Signal {
  std::string_view code;  // a sensitivity, "OPIOIDUD"; empty: no signal
  bool weak = false;
  explicit operator bool() const { return !code.empty(); }
};

// The system in the form in which it is compared. A system with signals gets its plain URL, however it is
// written: with a version ("|2026", "/2026", SNOMED CT's "/731000124108/…"), a last slash, a fragment, https,
// www, other letter case, or as its object identifier.
std::string code_system(std::string_view system);

// `system`: from code_system().
Signal signal_of(std::string_view system, std::string_view code);

// A code of our own that labels directly: a note type, a program, a category. It gives up to two labels.
struct OwnCode {
  std::string_view name;  // last part of the code system's URL
  std::string_view code;
  std::string_view first;
  std::string_view second = {};
};
// `system`: from code_system().
const OwnCode* own_code(std::string_view system, std::string_view code);

// SUD (with its kinds), MH, HIV, SDV or JI. Empty for codes of no family.
std::string_view family_of(std::string_view sensitivity);

}  // namespace handoff::consent
