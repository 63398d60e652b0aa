#include "mapping/calls.h"

#include <algorithm>

#include "core/text.h"

namespace handoff::mapping {
namespace {

constexpr std::string_view known[] = {"lookup", "ref", "refTo", "dateTime"};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The arguments that follow the opening bracket. A call within an argument stays part of that argument.
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

// Removes the backticks: `Booking #` gives Booking #. A plain name stays as it is.
std::optional<std::string_view> segment_name(std::string_view segment) {
  segment = trim(segment);
  const bool is_delimited = segment.size() > 2 && segment.front() == '`' && segment.back() == '`';
  if (is_delimited) segment = segment.substr(1, segment.size() - 2);
  if (is_delimited && segment.find_first_of("`\\") == segment.npos) return segment;
  const bool is_plain = !segment.empty() && std::all_of(segment.begin(), segment.end(), is_name) &&
                        (segment[0] < '0' || segment[0] > '9');
  return is_plain ? std::optional(segment) : std::nullopt;
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
    if (at >= text.size() || text[at] != '(' ||
        std::find(std::begin(known), std::end(known), name) == std::end(known))
      continue;
    calls.push_back({name, arguments_from(text, at + 1), begin});
  }
  return calls;
}

std::size_t end_of_brackets(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); at = skip_quoted(text, at)) {
    if (text[at] == '(' || text[at] == '{' || text[at] == '[') ++depth;
    const bool closes = text[at] == ')' || text[at] == '}' || text[at] == ']';
    if (closes && --depth == 0) return at;
  }
  return std::string_view::npos;
}

std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const bool opens = text[at] == '(' || text[at] == '{' || text[at] == '[';
    const std::size_t end = opens ? end_of_brackets(text, at) : at;
    if (end == text.npos) break;
    if (text[at] == separator) {
      parts.push_back(trim(text.substr(begin, at - begin)));
      begin = at + 1;
    }
    at = opens ? end + 1 : skip_quoted(text, at);
  }
  parts.push_back(trim(text.substr(begin)));
  return parts;
}

std::optional<FunctionCall> whole_call(std::string_view text) {
  const std::size_t bracket = text.find('(');
  if (bracket == text.npos || bracket == 0 || end_of_brackets(text, bracket) != text.size() - 1)
    return std::nullopt;
  const std::string_view name = text.substr(0, bracket);
  if (!std::all_of(name.begin(), name.end(), is_name)) return std::nullopt;
  return FunctionCall{name, arguments_from(text, bracket + 1), 0};
}

std::optional<std::string> column_path(std::string_view expression) {
  auto segments = split_outside(trim(expression), '.');
  if (segments.size() > 1 && (segments.front() == "%context" || segments.front() == "$this"))
    segments.erase(segments.begin());
  std::string path;
  for (const std::string_view segment : segments) {
    const auto name = segment_name(segment);
    if (!name) return std::nullopt;
    path += (path.empty() ? "" : ".") + std::string(*name);
  }
  return path;
}

std::vector<std::string_view> find_variables(std::string_view text) {
  std::vector<std::string_view> names;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      at = skip_quoted(text, at);
      continue;
    }
    const std::size_t begin = ++at;
    while (at < text.size() && is_name(text[at])) ++at;
    names.push_back(text.substr(begin, at - begin));
  }
  return names;
}

std::string_view literal_text(std::string_view argument) {
  if (argument.size() < 2 || argument.front() != '\'' || argument.back() != '\'') return {};
  const std::string_view inner = argument.substr(1, argument.size() - 2);
  return inner.find_first_of("'\\") == std::string_view::npos ? inner : std::string_view{};
}

}  // namespace handoff::mapping
