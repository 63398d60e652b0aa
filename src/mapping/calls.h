// Finds the mapping functions that an expression calls, so that literal arguments are checked when a mapping is loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff::mapping {

struct FunctionCall {
  std::string_view name;
  std::vector<std::string_view> arguments;  // their texts
  std::size_t position = 0;
};

// Calls of lookup, ref and refTo, outside of quotes.
std::vector<FunctionCall> find_calls(std::string_view expression);

// Text of a string literal without escapes ('sex'); empty if `argument` is none.
std::string_view literal_text(std::string_view argument);

// Position behind a string, delimited name or anything else that starts at `at`.
std::size_t skip_quoted(std::string_view text, std::size_t at);

}  // namespace handoff::mapping
