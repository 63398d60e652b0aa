// The text of search values (R4 "search", escaping and prefixes).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::search {

// The parts between unescaped separators, each still escaped.
std::vector<std::string_view> split_escaped(std::string_view text, char separator);
// Turns \, \| \$ \\ into the characters. Problem: incorrect, for any other backslash.
Result<std::string> unescaped(std::string_view text);

enum class Prefix : std::uint8_t { eq, ne, gt, lt, ge, le, sa, eb, ap };
struct Prefixed {
  Prefix prefix = Prefix::eq;
  std::string_view text;
};
Prefixed prefix_of(std::string_view value);

// A value that cannot be read.
Problem refused_value(std::string why);

}  // namespace handoff::search
