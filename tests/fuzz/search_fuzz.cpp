#include "net/http.h"
#include "search/query.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

Result<search::Query> read(std::string_view type, const search::Parameters& parameters,
                           bool lenient = false) {
  const search::QueryOptions options{Instant{std::chrono::seconds{1'719'763'200}},
                                     "https://gateway.example.org/fhir", lenient};
  return search::parse(fhir::Definitions::r4(), type, parameters, options);
}

// The parameters and ranges in the query's condition.
std::string shown(const search::Query& query) {
  std::string text;
  search::with_ranges({query.where}, [&](const search::ParameterTest& test) {
    text += std::to_string(test.parameter) + ":";
    for (const search::KeyRange& range : test.ranges)
      if (const auto* key = std::get_if<search::HashKey>(&range)) text += std::to_string(key->hash) + ",";
      else if (const auto* string = std::get_if<search::TextRange>(&range)) text += string->first + ",";
      else if (const auto* span = std::get_if<search::SpanRange>(&range))
        text += std::to_string(span->first_from) + "-" + std::to_string(span->last_to) + ",";
      else text += std::to_string(std::get<search::NumberRange>(range).low) + ",";
    return test.ranges;
  });
  return text + std::to_string(query.where.conditions.size());
}

}  // namespace

void try_search(std::string_view text) {
  const auto mark = text.find('?');
  const std::string_view type = text.substr(0, mark);
  const auto parameters = net::parse_form(mark == text.npos ? std::string_view{} : text.substr(mark + 1));
  if (!parameters) return;
  const auto query = read(type, *parameters);
  if (!query) {
    require(!query.error().issues.empty() && !query.error().issues.front().diagnostics.empty(),
            "refused without a reason");
    if (const auto lenient = read(type, *parameters, true)) require(lenient->count > 0, "a page of nothing");
    return;
  }
  const std::string link = query->text();
  const auto parts = net::parse_form(link);
  require(parts.has_value(), "the self link is no form");
  const auto again = read(type, *parts);
  require(again.has_value(), "the self link is refused");
  require(again->text() == link, "the self link changes");
  require(shown(*again) == shown(*query) && again->includes.size() == query->includes.size() &&
              again->count == query->count && again->total == query->total,
          "the self link asks for something else");
}

}  // namespace handoff::fuzz
