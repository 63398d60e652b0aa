// Finds the mapping functions that an expression calls, so that literal arguments are checked when a mapping
// is loaded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::mapping {

struct FunctionCall {
  std::string_view name;
  std::vector<std::string_view> arguments;  // as text
  std::size_t position = 0;
};

// Calls of lookup, ref, refTo and dateTime, outside of quotes.
std::vector<FunctionCall> find_calls(std::string_view expression);

// Text of a string literal without escapes ('sex'). Empty for any other text.
std::string_view literal_text(std::string_view argument);

// The call, if the whole text is one call of any function. Otherwise nothing.
std::optional<FunctionCall> whole_call(std::string_view text);

// The column's path, if the whole expression is one column: DOB, person.birthDate, `Booking #`, %context.DOB,
// $this.DOB.
std::optional<std::string> column_path(std::string_view expression);

// Names of the variables that an expression reads, without their percent signs.
std::vector<std::string_view> find_variables(std::string_view expression);

// Splits the text at separators that are outside of quotes and brackets.
std::vector<std::string_view> split_outside(std::string_view text, char separator);

// Position of the bracket that closes the one at `at`. npos if it is never closed.
std::size_t end_of_brackets(std::string_view text, std::size_t at);

// Position after the string, delimited name or single character that starts at `at`.
std::size_t skip_quoted(std::string_view text, std::size_t at);

}  // namespace handoff::mapping
