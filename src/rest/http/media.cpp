#include "rest/http/media.h"

#include <algorithm>

#include "core/text.h"

namespace handoff::rest {
namespace {

constexpr std::string_view json_types[] = {"application/fhir+json", "application/json"};
constexpr std::string_view accepted_ranges[] = {"application/fhir+json", "application/json", "application/*",
                                                "*/*"};
// In a query, "+" means a blank, and clients forget to escape it.
constexpr std::string_view formats[] = {"json", "application/json", "application/fhir+json",
                                        "application/fhir json", "text/json"};

template <std::size_t n>
bool is_one_of(const std::string_view (&all)[n], std::string_view text) {
  return std::any_of(std::begin(all), std::end(all),
                     [text](std::string_view each) { return net::equal_ignoring_case(each, text); });
}

struct MediaRange {
  std::string_view type;
  std::string_view charset;
  std::string_view fhir_version;
  bool refused = false;  // q=0
};

std::string_view unquoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2)
                                                                       : text;
}

MediaRange media_range(std::string_view text) {
  const auto parts = split(text, ';');
  MediaRange range;
  range.type = trim(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (equals == parts[i].npos) continue;
    const auto name = trim(parts[i].substr(0, equals));
    const auto value = unquoted(trim(parts[i].substr(equals + 1)));
    if (net::equal_ignoring_case(name, "charset")) range.charset = value;
    if (net::equal_ignoring_case(name, "fhirVersion")) range.fhir_version = value;
    if (net::equal_ignoring_case(name, "q")) range.refused = value.find_first_not_of("0.") == value.npos;
  }
  return range;
}

bool is_spoken(const MediaRange& range) {
  return (range.charset.empty() || net::equal_ignoring_case(range.charset, "utf-8")) &&
         (range.fhir_version.empty() || range.fhir_version == "4.0");
}

}  // namespace

bool is_media_type(std::string_view header, std::string_view type) {
  return net::equal_ignoring_case(media_range(header).type, type);
}

Result<void> check_accept(const Call& call) {
  for (const auto& [name, value] : call.query) {
    if (name != "_format") continue;
    const MediaRange range = media_range(value);
    if (!is_one_of(formats, range.type) || !is_spoken(range))
      return problem(Kind::unsupported, "this server answers in JSON: application/fhir+json",
                     std::string(at_format));
    return {};
  }
  const std::string_view accept = call.request.header("Accept");
  if (trim(accept).empty()) return {};
  for (const auto each : split(accept, ',')) {
    const MediaRange range = media_range(each);
    if (is_one_of(accepted_ranges, range.type) && is_spoken(range) && !range.refused) return {};
  }
  return problem(Kind::unsupported, "this server answers in JSON: application/fhir+json; fhirVersion=4.0",
                 std::string(at_accept));
}

Result<void> check_content_type(const Call& call) {
  const MediaRange range = media_range(call.request.header("Content-Type"));
  if (is_one_of(json_types, range.type) && is_spoken(range)) return {};
  return problem(Kind::unsupported,
                 "this server takes JSON: application/fhir+json; charset=utf-8; fhirVersion=4.0",
                 std::string(at_content_type));
}

Result<void> check_query(const Call& call) {
  for (const auto& [name, value] : call.query) {
    if (name == "_format") continue;
    const std::string shown = shown_text(name);
    return problem(Kind::incorrect, "the parameter " + shown + " is not served here", "http." + shown,
                   "not-supported");
  }
  return {};
}

}  // namespace handoff::rest
