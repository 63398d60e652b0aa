// The codes of a value set, one by one (R4 "valueset-operation-expand").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "terminology/terminology.h"

namespace handoff::terminology {

struct ExpansionRequest {
  std::string filter;  // words that a display or the code must have, in any case
  std::size_t offset = 0;
  std::optional<std::size_t> count;  // 0: the total alone
  bool active_only = false;
  bool with_designations = false;
};

struct ExpandedCode {
  std::string_view system, code, display;
  bool is_abstract = false, is_inactive = false;
  json::Value source = {};  // holds its designations; absent if there are none
};

// All codes, each once, in the order of the definition. The views live as long as the terminology. Problem:
// not_found (a system or value set that is not known as a whole), unprocessable (too many, made of itself).
Result<std::vector<ExpandedCode>> codes_of(const Terminology& terminology, const ValueSet& value_set,
                                           const ExpansionRequest& request);

// The value set with its expansion, as JSON. Problem: as above, and unprocessable (too-costly: more than one
// answer may have).
Result<std::string> expand(const Terminology& terminology, const ValueSet& value_set,
                           const ExpansionRequest& request, Instant now);

}  // namespace handoff::terminology
