// A search as the client asks it (R4 "search"), read from its parameters and checked against the definitions: what must
// hold of a resource, in the terms of the index rows. No SQL here; the store compiles it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "fhir/definitions.h"
#include "fhirpath/expression.h"
#include "search/index_rows.h"

namespace handoff::search {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // name and value, decoded, in order

enum class Prefix : std::uint8_t { eq, ne, gt, lt, ge, le, sa, eb, ap };
enum class Index : std::uint8_t { token, reference, uri, string, date, number };  // which kind of rows

struct StringTest {  // first <= row < behind: the rows that begin with `first`
  std::string first;
  std::string behind;
};
struct DateTest {
  Prefix prefix = Prefix::eq;
  std::int64_t first_ms = 0;  // the value's span, both ends included; of ap already widened
  std::int64_t last_ms = 0;
};
struct NumberTest {
  Prefix prefix = Prefix::eq;
  std::uint64_t unit_hash = 0;  // as in NumberRow
  double value = 0;             // gt, lt, ge, le, sa, eb compare with it
  double low = 0;               // eq, ne, ap: low <= row < high
  double high = 0;
};

// One parameter: a resource fits if one of its rows fits one of the values. Only the index's own list is filled.
struct Criterion {
  Index index = Index::token;
  ParameterKey parameter = 0;
  std::vector<std::uint64_t> hashes = {};                           // token, reference, uri; sorted, without repeats
  std::vector<std::pair<std::uint64_t, std::string>> targets = {};  // of references: which resource each hash stands for
  std::vector<StringTest> strings = {};
  std::vector<DateTest> dates = {};
  std::vector<NumberTest> numbers = {};
};

// By a date or string parameter, or by the time of the last update where there is none.
struct Sort {
  struct By {
    Index index = Index::date;
    ParameterKey parameter = 0;
  };
  std::optional<By> by = {};
  bool descending = true;
  bool asked = false;  // else newest versions come first
};

// _include: what a match refers to. _revinclude: resources of type `source` that refer to a match.
struct Include {
  bool reverse = false;
  std::string source = {};
  ParameterKey parameter = 0;
  std::vector<std::string> targets = {};  // resource types; of _include, only these come along
  std::string name = {};                  // "_include=Observation:subject", for messages
  fhirpath::Expression expression = {};   // of _include

  // "Type/id" of everything that `resource` refers to by this parameter, as far as `targets` allow; without repeats.
  std::vector<std::string> references_of(json::Value resource, const fhir::Definitions& definitions) const;
};

struct Query {
  std::string type;
  std::vector<Criterion> criteria;             // all must hold
  std::vector<std::vector<DateTest>> updated;  // _lastUpdated: of each, one must hold
  Sort sort;
  std::vector<Include> includes;
  std::size_t count = limits::search_count_default;
  bool total = false;                 // the number of all matches is wanted
  bool only_total = false;            // _summary=count
  std::optional<std::string> cursor;  // _cursor as it came: sealed, nothing here can read it
  Parameters parameters;              // those that were understood, _cursor and _format apart

  // The parameters as they stand in a URL: "code=a%7Cb&_count=20".
  std::string text() const;
  // Makes references to what `hides` says match nothing, as if no resource held one. Canonicals are not asked of.
  void drop_references(const std::function<bool(const std::string& reference)>& hides);
};

struct QueryOptions {
  Instant now;                 // what `ap` is measured from
  std::string_view base = {};  // the FHIR base: a reference below it is a local one
  bool lenient = false;        // Prefer: handling=lenient: parameters that are not served are left out instead of refused
};

// Problem: incorrect, naming the parameter as "http.NAME". A modifier that is not served is refused even if lenient, as R4
// demands: without it the search would find more than was asked for.
Result<Query> parse(const fhir::Definitions& definitions, std::string_view type, const Parameters& parameters, const QueryOptions& options);

// Can it be searched by? (Not: composite and special ones, and those without an expression.)
bool is_served(const fhir::SearchParameter& parameter);

}  // namespace handoff::search
