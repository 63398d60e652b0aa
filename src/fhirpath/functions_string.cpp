// Strings (FHIRPath 2.0 section 5.6). Positions and lengths count characters, not bytes. Patterns are in
// functions_pattern.cpp.
#include <fmt/format.h>

#include "core/letters.h"
#include "core/limits.h"
#include "core/text.h"
#include "fhirpath/functions.h"

namespace handoff::fhirpath {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::int64_t length_of(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += !is_continuation(c);
  return count;
}

// Byte position of a character. The size of the text if it has fewer characters.
std::size_t byte_at(std::string_view text, std::int64_t character) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (!is_continuation(text[at]) && character-- == 0) return at;
  return at;
}

template <class Found>
bool with_argument(const Call& call, Found found) {
  std::string_view text, other;
  if (!input_text(call, text) || !argument_text(call, 0, other)) return nothing(call);
  return found(text, other);
}

bool index_of(const Call& call) {
  return with_argument(call, [&](std::string_view text, std::string_view part) {
    const auto at = text.find(part);
    return call.give(at == std::string_view::npos ? std::int64_t{-1} : length_of(text.substr(0, at)));
  });
}

bool last_index_of(const Call& call) {
  return with_argument(call, [&](std::string_view text, std::string_view part) {
    const auto at = part.empty() ? 0 : text.rfind(part);
    return call.give(at == std::string_view::npos ? std::int64_t{-1} : length_of(text.substr(0, at)));
  });
}

bool substring(const Call& call) {
  std::string_view text;
  std::int64_t start = 0, length = 0;
  if (!input_text(call, text) || !argument_integer(call, 0, start)) return nothing(call);
  const bool bounded = call.step.children.size() > 1 && argument_integer(call, 1, length);
  if (call.state.error) return false;
  if (start < 0 || start >= length_of(text)) return true;
  const std::string_view rest = text.substr(byte_at(text, start));
  return call.give(bounded ? rest.substr(0, length > 0 ? byte_at(rest, length) : 0) : rest);
}

bool starts_with(const Call& call) {
  return with_argument(call, [&](auto text, auto part) { return call.give(text.starts_with(part)); });
}
bool ends_with(const Call& call) {
  return with_argument(call, [&](auto text, auto part) { return call.give(text.ends_with(part)); });
}
bool contains(const Call& call) {
  return with_argument(
      call, [&](auto text, auto part) { return call.give(text.find(part) != std::string_view::npos); });
}

bool change_case(const Call& call, std::string (*change)(std::string_view)) {
  std::string_view text;
  return input_text(call, text) ? call.give(std::string_view(change(text))) : nothing(call);
}
bool upper(const Call& call) { return change_case(call, to_upper); }
bool lower(const Call& call) { return change_case(call, to_lower); }

// False if the result is too long.
bool replaced(const Call& call, std::string_view text, std::string_view from, std::string_view to,
              std::string& result) {
  const auto fits = [&] {
    return result.size() <= limits::fhirpath_text_bytes_max || call.spend_text(result.size());
  };
  if (from.empty()) {  // around every character
    for (const char c : text) {
      if (!is_continuation(c)) result += to;
      result += c;
      if (!fits()) return false;
    }
    result += to;
    return fits();
  }
  for (auto at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    result.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
    if (!fits()) return false;
  }
  result += text;
  return fits();
}

bool replace(const Call& call) {
  std::string_view text, from, to;
  if (!input_text(call, text) || !argument_text(call, 0, from) || !argument_text(call, 1, to))
    return nothing(call);
  std::string result;
  return replaced(call, text, from, to, result) && call.give(std::string_view(result));
}

bool length(const Call& call) {
  std::string_view text;
  return input_text(call, text) ? call.give(length_of(text)) : nothing(call);
}

bool to_chars(const Call& call) {
  std::string_view text;
  if (!input_text(call, text)) return nothing(call);
  while (!text.empty()) {
    const std::size_t end = byte_at(text, 1);
    call.give(text.substr(0, end));
    text.remove_prefix(end);
  }
  return call.spend(call.out.size());
}

bool split_text(const Call& call) {
  return with_argument(call, [&](std::string_view text, std::string_view separator) {
    if (separator.empty()) return call.give(text);
    for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
      call.give(text.substr(0, at));
      text.remove_prefix(at + separator.size());
    }
    return call.give(text);
  });
}

bool join(const Call& call) {
  std::string_view separator;
  if (!call.step.children.empty() && !argument_text(call, 0, separator)) return nothing(call);
  std::string result;
  for (std::size_t i = 0; i < call.input.size(); ++i) {
    if (i > 0) result += separator;
    result += to_text(call.input[i]);
  }
  return call.input.empty() || call.give(std::string_view(result));
}

bool trim_text(const Call& call) {
  std::string_view text;
  return input_text(call, text) ? call.give(trim(text)) : nothing(call);
}

constexpr auto text = Takes::text;
constexpr Builtin table[] = {
    {"indexOf", 1, 1, 0, text, Gives::integer, index_of},
    {"lastIndexOf", 1, 1, 0, text, Gives::integer, last_index_of},
    {"substring", 1, 2, 0, text, Gives::string, substring},
    {"startsWith", 1, 1, 0, text, Gives::boolean, starts_with},
    {"endsWith", 1, 1, 0, text, Gives::boolean, ends_with},
    {"contains", 1, 1, 0, text, Gives::boolean, contains},
    {"upper", 0, 0, 0, text, Gives::string, upper},
    {"lower", 0, 0, 0, text, Gives::string, lower},
    {"replace", 2, 2, 0, text, Gives::string, replace},
    {"length", 0, 0, 0, text, Gives::integer, length},
    {"toChars", 0, 0, 0, text, Gives::strings, to_chars},
    {"split", 1, 1, 0, text, Gives::strings, split_text},
    {"join", 0, 1, 0, Takes::anything, Gives::string, join},
    {"trim", 0, 0, 0, text, Gives::string, trim_text},
};

}  // namespace

std::span<const Builtin> string_functions() { return table; }

}  // namespace handoff::fhirpath
