// Which codes are signals of which sensitivity (ARCHITECTURE.md, "labels"): tables, no logic but their look-up.
#pragma once

#include <string>
#include <string_view>

namespace handoff::consent {

struct Signal {
  std::string_view code;  // of sensitivity: "OPIOIDUD"; empty: no signal
  bool weak = false;
  explicit operator bool() const { return !code.empty(); }
};

Signal signal_of(std::string_view system, std::string_view code);

// Codes of our own that label directly: a note type, a program, a category. Up to two labels.
struct OwnCode {
  std::string_view name;  // last part of the code system's URL
  std::string_view code;
  std::string_view first;
  std::string_view second = {};
};
const OwnCode* own_code(std::string_view system, std::string_view code);

// SUD (with its kinds), MH, HIV, SDV or JI; empty for codes of no family.
std::string_view family_of(std::string_view sensitivity);

}  // namespace handoff::consent
