// Values of search parameters, by type (R4 "search": escaping, prefixes, number, date, string, token, reference, quantity,
// uri).
#pragma once

#include "search/query.h"

namespace handoff::search {

// What a parser of values must know beside the text.
struct ValueContext {
  const fhir::Definitions& definitions;
  const fhir::SearchParameter& parameter;
  const QueryOptions& options;
  std::string_view modifier;  // of a reference: the type that it refers to
};

// One value between commas, still escaped, into `out`. Problem: incorrect, without place.
using ValueParser = Result<void> (*)(const ValueContext& context, std::string_view value, Criterion& out);

// Null for search types that are not served.
ValueParser value_parser(fhir::SearchType type);
Index index_of(fhir::SearchType type);  // of a served type

Result<DateTest> parse_date_test(std::string_view value, Instant now);

// Parts between unescaped separators; each still escaped.
std::vector<std::string_view> split_escaped(std::string_view text, char separator);
// \, \| \$ \\ into the characters. Problem: incorrect, for any other backslash.
Result<std::string> unescaped(std::string_view text);

}  // namespace handoff::search
