// Conditions as searches: parses them, and finds matches among what the author may see.
#include "authoring/condition.h"
#include "json/document.h"
#include "net/http.h"
#include "store/version.h"

namespace handoff::authoring {
namespace {

constexpr std::string_view identifier_members[] = {"identifier", "masterIdentifier"};
constexpr std::size_t found_max = 2;
// Hashes may collide, and an attacker can make them collide. The search stops at this many candidates.
constexpr std::size_t candidates_max = 1000;

// R4 "search", escaping.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '|' || c == ',' || c == '$') out += '\\';
    out += c;
  }
  return out;
}

bool is_identifier(json::Value value, const Identifier& wanted) {
  return value["system"].text() == wanted.first && value["value"].text() == wanted.second;
}

bool has_identifier(json::Value resource, const Identifier& wanted) {
  for (const auto name : identifier_members) {
    const json::Value member = resource[name];
    if (is_identifier(member, wanted)) return true;
    for (const json::Value item : member.items())
      if (is_identifier(item, wanted)) return true;
  }
  return false;
}

}  // namespace

Result<Condition> identifier_condition(const fhir::Definitions& definitions, std::string_view type,
                                       const Identifier& identifier, const std::string& expression) {
  if (!definitions.find_search_parameter(type, "identifier"))
    return problem(Kind::unsupported, std::string(type) + " cannot be searched by identifier", expression);
  const std::string token = escaped(identifier.first) + "|" + escaped(identifier.second);
  auto query = search::parse(definitions, type, {{"identifier", token}}, {});
  if (!query) return problem(Kind::unsupported, query.error().issues.front().diagnostics, expression);
  query->count = candidates_max;
  return Condition{std::move(*query), identifier};
}

Result<Condition> parse_condition(const fhir::Definitions& definitions, std::string_view type,
                                  std::string_view query, const std::string& expression) {
  const auto parameters = net::parse_form(query);
  if (!parameters || parameters->size() != 1 || parameters->front().first != "identifier")
    return problem(Kind::unsupported, "only identifier=system|value is served as a condition", expression);
  const std::string& token = parameters->front().second;
  const auto bar = token.find('|');
  if (bar == token.npos || bar == 0 || bar + 1 == token.size() || token.find_first_of(",\\") != token.npos)
    return problem(Kind::unsupported,
                   "only identifier=system|value is served as a condition, with both parts", expression);
  return identifier_condition(definitions, type, {token.substr(0, bar), token.substr(bar + 1)}, expression);
}

// Whether the letters are there is asked first, of the stored resource, because it costs less than a
// decision.
Result<std::vector<store::Version>> find(const disclosure::View& view, const Condition& condition,
                                         const Deadline& deadline) {
  std::vector<store::Version> found;
  auto candidates = view.find_all(condition.query, {}, deadline);
  if (!candidates) return candidates.error();
  const auto fits = [&](json::Value shown) { return has_identifier(shown, condition.identifier); };
  for (const store::Pk pk : candidates->matches) {
    if (deadline.passed()) throw TimeOver();
    auto candidate = view.at(pk);
    const auto stored = candidate ? json::parse(candidate->body) : json::parse("{}");
    const bool is_match = candidate && stored && fits(stored->root()) && view.shows(*candidate, fits);
    view.forget();
    if (!is_match) continue;
    found.push_back(std::move(*candidate));
    if (found.size() == found_max) break;
  }
  return found;
}

}  // namespace handoff::authoring
