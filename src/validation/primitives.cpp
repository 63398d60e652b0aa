#include "validation/primitives.h"

#include <re2/re2.h>

#include <chrono>
#include <unordered_map>

#include "core/number.h"
#include "fhir/definitions.h"

namespace handoff::validation {
namespace {

constexpr std::size_t string_bytes_max = 1u << 20;  // R4 "datatypes", string
constexpr std::size_t decimal_bytes_max = 64;       // far more digits than any measurement has
constexpr int exponent_max = 308;                   // every receiver can hold it

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The frequent formats are checked by hand-written code, at a tenth of the cost of R4's patterns. A test
// compares both.
bool is_string(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  return !text.empty() && text.size() <= string_bytes_max;
}

bool is_uri(std::string_view text) {
  for (const char c : text)
    if (is_space(c)) return false;
  return !text.empty();
}

// No white space at the ends, and single white space within.
bool is_code(std::string_view text) {
  bool space = true;
  for (const char c : text) {
    if (is_space(c) && space) return false;
    space = is_space(c);
  }
  return !space && text.size() <= string_bytes_max;
}

bool is_id(std::string_view text) {
  for (const char c : text)
    if (!is_alnum(c) && c != '-' && c != '.') return false;
  return !text.empty() && text.size() <= 64;
}

// The number of exactly `size` digits from `at`. -1 if they are no digits.
int digits(std::string_view text, std::size_t at, std::size_t size) {
  if (at + size > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + size; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_date(std::string_view text) {
  if (digits(text, 0, 4) < 1) return false;
  if (text.size() == 4) return true;
  const int month = digits(text, 5, 2);
  if (text[4] != '-' || month < 1 || month > 12) return false;
  if (text.size() == 7) return true;
  if (text.size() != 10 || text[7] != '-') return false;
  const int day = digits(text, 8, 2);
  return day > 0 && (std::chrono::year{digits(text, 0, 4)} / month / day).ok();
}

// hh:mm:ss[.f…]. Returns its length in bytes, 0 if malformed.
std::size_t time_bytes(std::string_view text) {
  const int hour = digits(text, 0, 2), minute = digits(text, 3, 2), second = digits(text, 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return 0;
  if (text[2] != ':' || text[5] != ':') return 0;
  std::size_t end = 8;
  if (end == text.size() || text[end] != '.') return end;
  while (++end < text.size() && is_digit(text[end])) continue;
  return end == 9 ? 0 : end;
}

bool is_offset(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hour = digits(text, 1, 2), minute = digits(text, 4, 2);
  return hour >= 0 && minute >= 0 && minute <= 59 && (hour < 14 || (hour == 14 && minute == 0));
}

bool is_time(std::string_view text) { return !text.empty() && time_bytes(text) == text.size(); }

bool is_instant(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || !is_date(text.substr(0, 10))) return false;
  const std::size_t size = time_bytes(text.substr(11));
  return size > 0 && is_offset(text.substr(11 + size));
}

bool is_date_time(std::string_view text) { return text.size() > 10 ? is_instant(text) : is_date(text); }

bool is_integer_from(std::string_view text, long long least) {
  if (text.size() > 11) return false;
  const auto value = parse_number<long long>(text);
  return value && *value >= least && *value <= INT32_MAX;
}

bool is_integer(std::string_view text) { return is_integer_from(text, INT32_MIN); }
bool is_unsigned(std::string_view text) { return text != "-0" && is_integer_from(text, 0); }
bool is_positive(std::string_view text) { return is_integer_from(text, 1); }

// The text is already a JSON number.
bool is_decimal(std::string_view text) {
  if (text.size() > decimal_bytes_max) return false;
  const auto e = text.find_first_of("eE");
  if (e == text.npos) return true;
  const std::size_t begin = e + (text.substr(e + 1, 1) == "+" ? 2 : 1);
  const auto exponent = parse_number<int>(text.substr(begin));
  return exponent && *exponent <= exponent_max && *exponent >= -exponent_max;
}

// The pattern of R4 accepts '=' anywhere. RFC 4648, to which R4 refers, accepts one or two at the end.
bool is_base64(std::string_view text) {
  std::size_t characters = 0, padding = 0;
  for (const char c : text) {
    if (is_space(c)) {
      if (characters % 4 != 0) return false;
    } else if (c == '=' || (padding == 0 && (is_alnum(c) || c == '+' || c == '/'))) {
      padding += c == '=' ? 1 : 0;
      ++characters;
    } else {
      return false;
    }
  }
  return characters > 0 && characters % 4 == 0 && padding <= 2;
}

bool matches(std::string_view text, std::string_view type) {
  static const RE2 oid{re2::StringPiece(fhir::Definitions::r4().find_type("oid")->pattern.data(),
                                        fhir::Definitions::r4().find_type("oid")->pattern.size())};
  static const RE2 uuid{re2::StringPiece(fhir::Definitions::r4().find_type("uuid")->pattern.data(),
                                         fhir::Definitions::r4().find_type("uuid")->pattern.size())};
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), type == "oid" ? oid : uuid);
}

bool is_oid(std::string_view text) { return matches(text, "oid"); }
bool is_uuid(std::string_view text) { return matches(text, "uuid"); }

using enum json::Type;

const std::unordered_map<std::string_view, Primitive> primitives = {
    {"base64Binary", {string, "base64 in groups of four characters", is_base64}},
    {"boolean", {boolean, "true or false", nullptr}},
    {"canonical", {string, "a URL without white space", is_uri, true}},
    {"code", {string, "a code without white space around it and with single white space within", is_code}},
    {"date", {string, "a real day, month or year as YYYY-MM-DD, YYYY-MM or YYYY", is_date}},
    {"dateTime",
     {string, "a real date or YYYY-MM-DDThh:mm:ss with Z or an offset such as -05:00", is_date_time}},
    {"decimal", {number, "a decimal of at most 64 characters and an exponent within 308", is_decimal}},
    {"id", {string, "1 to 64 letters, digits, '-' or '.'", is_id}},
    {"instant",
     {string, "a real time as YYYY-MM-DDThh:mm:ss with Z or an offset such as -05:00", is_instant}},
    {"integer", {number, "a whole number of 32 bits", is_integer}},
    {"markdown", {string, "text that is not empty, has no control characters and at most 1 MB", is_string}},
    {"oid", {string, "an OID as urn:oid:1.2.3", is_oid}},
    {"positiveInt", {number, "a whole number from 1 to 2147483647", is_positive}},
    {"string", {string, "text that is not empty, has no control characters and at most 1 MB", is_string}},
    {"time", {string, "a time of day as hh:mm:ss", is_time}},
    {"unsignedInt", {number, "a whole number from 0 to 2147483647", is_unsigned}},
    {"uri", {string, "a URI without white space", is_uri, true}},
    {"url", {string, "a URL without white space", is_uri, true}},
    {"uuid", {string, "a UUID as urn:uuid: with lower-case digits", is_uuid}},
    {"xhtml", {string, "well-formed XHTML", nullptr}},
};

}  // namespace

bool has_urn_form(std::string_view uri) {
  if (uri.starts_with("oid:") || uri.starts_with("uuid:")) return false;
  const std::string_view name = uri.substr(0, uri.find_first_of("|#?"));  // a version or part may follow
  if (name.starts_with("urn:oid:")) {
    const std::string_view arcs = name.substr(8);
    return !arcs.empty() && is_digit(arcs.front()) && is_digit(arcs.back()) &&
           arcs.find_first_not_of("0123456789.") == arcs.npos && arcs.find("..") == arcs.npos;
  }
  if (!name.starts_with("urn:uuid:")) return true;
  const std::string_view uuid = name.substr(9);
  if (uuid.size() != 36) return false;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? uuid[i] != '-'
                : !is_digit(uuid[i]) && !(uuid[i] >= 'a' && uuid[i] <= 'f') &&
                      !(uuid[i] >= 'A' && uuid[i] <= 'F'))
      return false;
  }
  return true;
}

const Primitive* find_primitive(std::string_view type) {
  const auto found = primitives.find(type);
  return found == primitives.end() ? nullptr : &found->second;
}

}  // namespace handoff::validation
