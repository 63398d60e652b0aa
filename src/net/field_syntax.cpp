#include "net/field_syntax.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/number.h"
#include "net/http.h"

namespace handoff::net {
namespace {

constexpr std::size_t digits_max = 16;  // of a chunk's size; leading zeros count as an extension

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_visible(char c) { return c > ' ' && c < 0x7F; }
// obs-text: bytes beyond ASCII
bool is_obsolete(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }

bool is_token_character(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return is_digit(c) || is_letter(c) || marks.find(c) != marks.npos;
}

bool is_value_character(char c) { return is_visible(c) || is_blank(c) || is_obsolete(c); }

bool is_host_character(char c) {
  constexpr std::string_view marks = "-._~%!$&'()*+,;=";
  return is_digit(c) || is_letter(c) || marks.find(c) != marks.npos;
}

bool all(std::string_view text, bool (*is_fit)(char)) {
  return std::all_of(text.begin(), text.end(), is_fit);
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes all matching characters from the front of `text`.
std::string_view take(std::string_view& text, bool (*is_fit)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_fit);
  const std::string_view taken = text.substr(0, std::size_t(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// quoted-string (RFC 9110, section 5.6.4).
bool take_quoted(std::string_view& text) {
  if (!take(text, '"')) return false;
  while (!text.empty()) {
    if (take(text, '"')) return true;
    take(text, '\\');
    if (text.empty() || !is_value_character(text.front())) return false;
    text.remove_prefix(1);
  }
  return false;
}

// One ";name=value" of a chunk, with blanks where section 7.1.1 of RFC 9112 allows them.
bool take_extension(std::string_view& text) {
  take(text, is_blank);
  if (!take(text, ';')) return false;
  take(text, is_blank);
  if (take(text, is_token_character).empty()) return false;
  std::string_view ahead = text;
  take(ahead, is_blank);
  if (!take(ahead, '=')) return true;  // the blanks belong to the next ";"
  take(ahead, is_blank);
  text = ahead;
  return text.starts_with('"') ? take_quoted(text) : !take(text, is_token_character).empty();
}

// "https://host:1/x" gives the part after the authority. Nothing if there is no authority, or if it has user
// information before an "@".
std::optional<std::string_view> behind_authority(std::string_view target) {
  const auto mark = target.find("://");
  if (mark == target.npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, mark), rest = target.substr(mark + 3);
  if (!equal_ignoring_case(scheme, "https") && !equal_ignoring_case(scheme, "http")) return std::nullopt;
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (!is_host(rest.substr(0, end))) return std::nullopt;
  return rest.substr(end);
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && all(text, is_token_character); }

std::optional<std::pair<std::string_view, std::string_view>> parse_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return std::nullopt;
  const std::string_view value = without_blanks(line.substr(colon + 1));
  if (!all(value, is_value_character)) return std::nullopt;
  return std::pair{line.substr(0, colon), value};
}

bool is_host(std::string_view text) {
  std::string_view rest = text;
  if (take(rest, '[')) {
    const auto is_address_character = [](char c) { return is_host_character(c) || c == ':'; };
    if (take(rest, is_address_character).empty() || !take(rest, ']')) return false;
  } else if (take(rest, is_host_character).empty()) {
    return false;
  }
  return rest.empty() || (take(rest, ':') && all(rest, is_digit));
}

std::optional<std::string> origin_form(std::string_view method, std::string_view target) {
  if (target.empty() || !all(target, is_visible) || target.find('#') != target.npos) return std::nullopt;
  if (target.front() == '/' || (target == "*" && method == "OPTIONS")) return std::string(target);
  const auto path = behind_authority(target);
  if (!path) return std::nullopt;
  return path->starts_with('/') ? std::string(*path) : "/" + std::string(*path);
}

std::optional<ChunkHead> parse_chunk_head(std::string_view line) {
  ChunkHead head;
  const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), head.bytes, 16);
  if (failed != std::errc{}) return std::nullopt;
  const std::size_t digits = std::size_t(end - line.data());
  std::string_view extensions = line.substr(digits);
  head.extension_bytes = line.size() - std::min(digits, digits_max);
  while (!extensions.empty())
    if (!take_extension(extensions)) return std::nullopt;
  return head;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || !all(text, is_digit)) return std::nullopt;
  return parse_number<std::uint64_t>(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace handoff::net
