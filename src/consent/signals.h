// Which codes are signals of which sensitivity (README.md): tables, no logic but their look-up.
#pragma once

#include <string>
#include <string_view>

namespace handoff::consent {

struct Signal {
  std::string_view code;  // of sensitivity: "OPIOIDUD"; empty: no signal
  bool weak = false;
  explicit operator bool() const { return !code.empty(); }
};

// The system as it is compared. One with signals goes by its URL, whichever way it is written: with a version ("|2026", "/2026", SNOMED CT's
// "/731000124108/…"), a last slash or a fragment, with https or www, in other letter case, or as its object identifier.
std::string code_system(std::string_view system);

// `system` as code_system() gives it.
Signal signal_of(std::string_view system, std::string_view code);

// Codes of our own that label directly: a note type, a program, a category. Up to two labels.
struct OwnCode {
  std::string_view name;  // last part of the code system's URL
  std::string_view code;
  std::string_view first;
  std::string_view second = {};
};
// `system` as code_system() gives it.
const OwnCode* own_code(std::string_view system, std::string_view code);

// SUD (with its kinds), MH, HIV, SDV or JI; empty for codes of no family.
std::string_view family_of(std::string_view sensitivity);

}  // namespace handoff::consent
