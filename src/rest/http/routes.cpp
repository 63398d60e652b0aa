#include "rest/http/routes.h"

#include <deque>

#include "core/text.h"
#include "rest/operations/operation.h"

namespace handoff::rest {
namespace {

constexpr Route table[] = {
    {"GET", "/fhir/metadata", "capabilities", "", Access::open, true, true, metadata},
    {"GET", "/fhir/.well-known/smart-configuration", "smart-configuration", "", Access::open, false, false,
     smart_configuration},
    {"POST", "/auth/token", "token", "", Access::open, false, false, token},
    {"POST", "/fhir/{type}/_search", "search-type", "", Access::token, true, true, search_type_by_form},
    {"GET", "/fhir/{type}/{id}", "read", "read", Access::token, true, false, read},
    {"GET", "/fhir/{type}/{id}/_history/{version}", "vread", "vread", Access::token, true, false, vread},
    {"PUT", "/fhir/{type}/{id}", "update", "update", Access::token, true, false, update},
    {"PATCH", "/fhir/{type}/{id}", "patch", "patch", Access::token, true, false, patch},
    {"POST", "/fhir/{type}", "create", "create", Access::token, true, false, create},
    {"GET", "/fhir/{type}", "search-type", "search-type", Access::token, true, true, search_type},
    {"DELETE", "/fhir/{type}/{id}", "delete", "delete", Access::token, true, false, remove},
    {"GET", "/fhir/{type}/{id}/_history", "history-instance", "history-instance", Access::token, true, true,
     history_instance},
    {"GET", "/operator/reviews", "list-reviews", "", Access::operators, false, false, list_reviews},
    {"GET", "/operator/reviews/{id}", "show-review", "", Access::operators, false, false, show_review},
    {"POST", "/operator/reviews/{id}/{action}", "decide-review", "", Access::operators, false, false,
     decide_review},
    {"POST", "/intake/{feed}", "intake", "", Access::operators, false, false, take_in},
    {"POST", "/intake/{group}/{feed}", "intake", "", Access::operators, false, false, take_in},
    {"GET", "/operator/ledger", "list-ledger", "", Access::auditors, false, false, list_ledger},
    {"GET", "/operator/ledger/{id}", "show-ledger", "", Access::auditors, false, false, show_ledger},
    {"GET", "/operator/deliveries", "list-deliveries", "", Access::operators, false, false, list_deliveries},
    {"GET", "/operator/deliveries/{id}", "show-delivery", "", Access::operators, false, false, show_delivery},
    {"POST", "/fhir", "bundle", "transaction batch", Access::token, true, false, bundle},
};

void add_routes(const Operation& operation, std::vector<Route>& routes) {
  static std::deque<std::string> patterns;  // live as long as the routes
  const std::string type = operation.type.empty() ? "{type}" : std::string(operation.type);
  const std::pair<Level, std::string> places[] = {{Level::system, "/fhir/$"},
                                                  {Level::type, "/fhir/" + type + "/$"},
                                                  {Level::instance, "/fhir/" + type + "/{id}/$"}};
  for (const auto& [level, place] : places) {
    if (!includes(operation.levels, level)) continue;
    const std::string_view pattern = patterns.emplace_back(place + std::string(operation.name));
    for (const char* method : {"GET", "POST"})
      if (operation.gets || method == std::string_view("POST"))
        routes.push_back(
            {method, pattern, operation.name, "", Access::token, true, true, operation.run, &operation});
  }
}

struct Pattern {
  const Route& route;
  std::vector<std::string_view> parts;
};

const std::vector<Pattern>& patterns() {
  static const std::vector<Pattern> all = [] {
    std::vector<Pattern> made;
    for (const Route& route : routes()) made.push_back({route, split(route.pattern, '/')});
    return made;
  }();
  return all;
}

bool fits(const Pattern& pattern, const std::vector<std::string>& path) {
  return std::equal(
      pattern.parts.begin(), pattern.parts.end(), path.begin(), path.end(),
      [](std::string_view part, std::string_view given) { return part.starts_with('{') || part == given; });
}

// The values of the pattern's {…}.
std::vector<std::string> values_of(const Pattern& pattern, const std::vector<std::string>& path) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < path.size(); ++i)
    if (pattern.parts[i].starts_with('{')) values.push_back(path[i]);
  return values;
}

bool serves(std::string_view route_method, std::string_view method) {
  return route_method == method || (route_method == "GET" && method == "HEAD");
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> made;
    for (const Operation* operation : operations()) add_routes(*operation, made);
    made.insert(made.end(), std::begin(table), std::end(table));
    return made;
  }();
  return all;
}

std::string why_unserved(std::string_view path) {
  for (const auto raw : split(path.substr(0, path.find('?')), '/')) {
    const std::string segment = net::percent_decode(raw).value_or(std::string(raw));
    if (segment.starts_with('$')) return "the operation " + shown_text(segment) + " is not served here";
    if (segment == "_history")
      return "this history is not served here; only single resources have one: Type/id/_history";
    if (segment == "_search")
      return "this search is not served here; search one type at a time: Type/_search";
    if (segment.starts_with('_')) return shown_text(segment) + " is not served here";
  }
  return {};
}

std::optional<Match> find_route(std::string_view method, std::string_view path) {
  std::vector<std::string> segments;
  for (const auto raw : split(path, '/')) {
    auto segment = net::percent_decode(raw);
    if (!segment) return std::nullopt;
    segments.push_back(std::move(*segment));
  }
  // A slash at the end says nothing. No path has an empty segment.
  if (segments.size() > 2 && segments.back().empty()) segments.pop_back();
  Match match;
  std::string_view pattern;
  for (const Pattern& one : patterns()) {
    const Route& route = one.route;
    if (!pattern.empty() ? route.pattern != pattern : !fits(one, segments)) continue;
    if (pattern.empty()) match.values = values_of(one, segments);
    pattern = route.pattern;
    match.names_type = route.is_of_type();
    match.access = route.access;
    match.allowed += std::string(match.allowed.empty() ? "" : ", ") +
                     (route.method == "GET" ? "GET, HEAD" : std::string(route.method));
    if (serves(route.method, method)) match.route = &route;
  }
  if (pattern.empty() && segments.size() > 2 && segments[1] == "fhir")
    match.values = {segments[2]}, match.names_type = true;
  return match;
}

}  // namespace handoff::rest
