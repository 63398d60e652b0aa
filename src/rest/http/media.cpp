#include "rest/http/media.h"

#include <algorithm>

#include "core/limits.h"
#include "core/text.h"
#include "json/document.h"

namespace handoff::rest {
namespace {

constexpr std::string_view json_types[] = {"application/fhir+json", "application/json", "text/json"};
constexpr std::string_view accepted_ranges[] = {"application/fhir+json", "application/json", "text/json",
                                                "application/*",         "text/*",           "*/*"};
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

bool wants_content(const Call& call) {
  const bool has_format = std::any_of(call.query.begin(), call.query.end(),
                                      [](const auto& parameter) { return parameter.first == "_format"; });
  const std::string_view accept = call.request.header("Accept");
  if (has_format || trim(accept).empty()) return false;
  const auto all = split(accept, ',');
  return std::none_of(all.begin(), all.end(), [](std::string_view each) {
    const MediaRange range = media_range(each);
    return range.type == "*/*" || range.type == "application/*" || is_one_of(json_types, range.type);
  });
}

Result<void> check_content_accepted(const Call& call, std::string_view type) {
  const std::string_view plain = media_range(type).type;
  for (const auto each : split(call.request.header("Accept"), ',')) {
    const MediaRange range = media_range(each);
    const bool is_of_kind =
        range.type.ends_with("/*") && net::equal_ignoring_case(range.type.substr(0, range.type.size() - 1),
                                                               plain.substr(0, plain.find('/') + 1));
    if (!range.refused && (is_of_kind || net::equal_ignoring_case(range.type, plain))) return {};
  }
  return problem(Kind::unsupported, "the Binary has another media type, or ask for application/fhir+json",
                 std::string(at_accept));
}

Result<void> check_content_type(const Call& call) {
  const MediaRange range = media_range(call.request.header("Content-Type"));
  if (is_one_of(json_types, range.type) && is_spoken(range)) return {};
  return problem(Kind::unsupported,
                 "this server takes JSON: application/fhir+json; charset=utf-8; fhirVersion=4.0",
                 std::string(at_content_type));
}

bool is_general(std::string_view parameter) { return parameter == "_format" || parameter == "_pretty"; }

Result<bool> wants_pretty(const Call& call) {
  bool is_pretty = false;
  for (const auto& [name, value] : call.query) {
    if (name != "_pretty") continue;
    if (value != "true" && value != "false")
      return problem(Kind::incorrect, "must be true or false", "http._pretty", "value");
    is_pretty = value == "true";
  }
  return is_pretty;
}

bool can_indent(const net::Response& response) {
  if (response.rest || response.body.empty() || response.body.size() > limits::indented_bytes_max)
    return false;
  std::string_view type;
  for (const auto& [name, value] : response.headers) {
    if (net::equal_ignoring_case(name, "Content-Encoding")) return false;
    if (net::equal_ignoring_case(name, "Content-Type")) type = value;
  }
  return is_one_of(json_types, media_range(type).type);
}

void indent(net::Response& response) {
  if (const auto document = json::parse(response.body)) response.body = json::write_pretty(document->root());
}

Result<void> check_query(const Call& call) {
  for (const auto& [name, value] : call.query) {
    if (is_general(name)) continue;
    const std::string shown = shown_text(name);
    return problem(Kind::incorrect, "the parameter " + shown + " is not served here", "http." + shown,
                   "not-supported");
  }
  return {};
}

}  // namespace handoff::rest
