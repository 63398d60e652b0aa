// Regular expressions for tests (RE2). std::regex would add half a minute to the compilation of each file.
#pragma once

#include <re2/re2.h>

#include <optional>
#include <string>

namespace handoff::sample {

// `text` with every match of the pattern replaced. In `with`, \1 is the first group, and any other backslash
// is itself.
inline std::string replaced(std::string text, const char* pattern, const std::string& with) {
  std::string rewrite;
  for (std::size_t i = 0; i < with.size(); ++i) {
    rewrite += with[i];
    if (with[i] == '\\' && !(i + 1 < with.size() && with[i + 1] == '1')) rewrite += '\\';
  }
  RE2::GlobalReplace(&text, pattern, rewrite);
  return text;
}

// The first group of the first match.
inline std::optional<std::string> first_group(const std::string& text, const char* pattern) {
  std::string group;
  if (!RE2::PartialMatch(text, pattern, &group)) return std::nullopt;
  return group;
}

}  // namespace handoff::sample
