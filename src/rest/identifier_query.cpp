#include "rest/identifier_query.h"

#include "core/hash.h"
#include "json/document.h"
#include "net/http.h"
#include "store/resources.h"

namespace handoff::rest {
namespace {

constexpr std::string_view identifier_members[] = {"identifier", "masterIdentifier"};
constexpr std::size_t found_max = 2;
// Hashes may collide, and deliberately so: beyond this many rows of one hash nobody's request is worth the search.
constexpr std::size_t candidates_max = 1000;

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

Result<Identifier> parse_identifier_query(std::string_view query, std::string expression) {
  const auto parameters = net::parse_form(query);
  if (!parameters || parameters->size() != 1 || parameters->front().first != "identifier")
    return problem(Kind::unsupported, "only identifier=system|value is served as a condition", std::move(expression));
  const std::string& token = parameters->front().second;
  const auto bar = token.find('|');
  if (bar == token.npos || bar == 0 || bar + 1 == token.size() || token.find_first_of(",\\") != token.npos)
    return problem(Kind::unsupported, "only identifier=system|value is served as a condition, both given", std::move(expression));
  return Identifier{token.substr(0, bar), token.substr(bar + 1)};
}

std::vector<store::Version> find_by_identifier(const store::Snapshot& snapshot, const fhir::Definitions& definitions, std::string_view type,
                                               const Identifier& identifier, const Seen& seen) {
  const auto* parameter = definitions.find_search_parameter(type, "identifier");
  if (!parameter) return {};
  const std::uint64_t hash = hash64(identifier.first + "|" + identifier.second);
  std::vector<store::Version> found;
  for (store::Version& candidate : snapshot.resources().with_token(search::parameter_key(definitions, type, *parameter), hash, candidates_max)) {
    if (!seen(candidate, [&](json::Value shown) { return has_identifier(shown, identifier); })) continue;
    found.push_back(std::move(candidate));
    if (found.size() == found_max) break;
  }
  return found;
}

}  // namespace handoff::rest
