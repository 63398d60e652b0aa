#include "net/http.h"
#include "search/query.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

Result<search::Query> read(std::string_view type, const search::Parameters& parameters, bool lenient = false) {
  const search::QueryOptions options{Instant{std::chrono::seconds{1'719'763'200}}, "https://gateway.example.org/fhir", lenient};
  return search::parse(fhir::Definitions::r4(), type, parameters, options);
}

}  // namespace

void try_search(std::string_view text) {
  const auto mark = text.find('?');
  const std::string_view type = text.substr(0, mark);
  const auto parameters = net::parse_form(mark == text.npos ? std::string_view{} : text.substr(mark + 1));
  if (!parameters) return;
  const auto query = read(type, *parameters);
  if (!query) {
    require(!query.error().issues.empty() && !query.error().issues.front().diagnostics.empty(), "refused without a reason");
    if (const auto lenient = read(type, *parameters, true)) require(lenient->count > 0, "a page of nothing");
    return;
  }
  const std::string link = query->text();
  const auto parts = net::parse_form(link);
  require(parts.has_value(), "the self link is no form");
  const auto again = read(type, *parts);
  require(again.has_value(), "the self link is refused");
  require(again->text() == link, "the self link changes");
  require(again->criteria.size() == query->criteria.size() && again->updated.size() == query->updated.size() &&
              again->includes.size() == query->includes.size() && again->count == query->count && again->total == query->total,
          "the self link asks for something else");
  for (std::size_t i = 0; i < query->criteria.size(); ++i)
    require(again->criteria[i].hashes == query->criteria[i].hashes, "the self link asks for other values");
}

}  // namespace handoff::fuzz
