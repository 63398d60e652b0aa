#include "mapping/calls.h"

#include <algorithm>

#include "core/text.h"

namespace handoff::mapping {
namespace {

constexpr std::string_view known[] = {"lookup", "ref", "refTo"};

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Arguments from behind the opening bracket; those of inner calls belong to their own.
std::vector<std::string_view> arguments_from(std::string_view text, std::size_t at) {
  std::vector<std::string_view> all;
  std::size_t begin = at, depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '(' || c == '{' || c == '[') ++depth;
    const bool ends = depth == 0 && (c == ')' || c == ',');
    if (ends) all.push_back(trim(text.substr(begin, at - begin)));
    if (ends && c == ')') return all;
    if (ends) begin = at + 1;
    if (c == ')' || c == '}' || c == ']') --depth;
    at = skip_quoted(text, at);
  }
  return all;
}

}  // namespace

std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '\'' && quote != '"' && quote != '`') return at + 1;
  for (++at; at < text.size() && text[at] != quote; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

std::vector<FunctionCall> find_calls(std::string_view text) {
  std::vector<FunctionCall> calls;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_name(text[at])) {
      at = skip_quoted(text, at);
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_name(text[at])) ++at;
    const std::string_view name = text.substr(begin, at - begin);
    if (at >= text.size() || text[at] != '(' || std::find(std::begin(known), std::end(known), name) == std::end(known))
      continue;
    calls.push_back({name, arguments_from(text, at + 1), begin});
  }
  return calls;
}

std::string_view literal_text(std::string_view argument) {
  if (argument.size() < 2 || argument.front() != '\'' || argument.back() != '\'') return {};
  const std::string_view inner = argument.substr(1, argument.size() - 2);
  return inner.find_first_of("'\\") == std::string_view::npos ? inner : std::string_view{};
}

}  // namespace handoff::mapping
