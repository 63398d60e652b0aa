// A search as the client asks it (R4 "search"), read from its parameters and checked against the definitions.
// It has the conditions on a resource, as a tree over its index rows, and what the result shall be. No SQL
// here; the store compiles it.
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
#include "search/condition.h"

namespace handoff::search {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // name and value, decoded, in order

// By a date or string parameter, or else by the time of the last update.
struct Sort {
  struct By {
    Index index = Index::date;
    ParameterKey parameter = 0;
    std::string code = {};
  };
  std::optional<By> by = {};
  bool descending = true;
  bool asked = false;  // false: newest versions come first
};

// What a resource refers to by one parameter.
struct Referred {
  std::string target;        // "Type/id", or a canonical URL
  std::string version = {};  // that the reference names; empty: the current one
  bool is_canonical = false;
  auto operator<=>(const Referred&) const = default;
};

// _include: what a match refers to. _revinclude: resources of type `source` that refer to a match.
struct Include {
  bool reverse = false;
  std::string source = {};
  ParameterKey parameter = 0;
  std::string code = {};
  std::vector<std::string> targets = {};  // resource types; _include adds only these
  std::string name = {};                  // "_include=Observation:subject", for messages
  std::string base = {};                  // the FHIR base: a reference below it is local
  fhirpath::Expression expression = {};   // of _include

  // How the targets are found by a canonical URL: their parameters url and version.
  struct Canonical {
    std::string type;
    ParameterKey url = 0, version = 0;
  };
  std::vector<Canonical> canonicals = {};

  // Everything that `resource` refers to by this parameter and that `targets` allow, without repeats.
  std::vector<Referred> referred_by(json::Value resource, const fhir::Definitions& definitions) const;
};

struct Query {
  std::string type;
  Group where;  // all of it must hold
  Sort sort;
  std::vector<Include> includes;
  std::size_t count = limits::search_count_default;
  bool total = false;                 // the client wants the number of all matches
  bool only_total = false;            // _summary=count
  std::optional<std::string> cursor;  // _cursor as it came: sealed, not readable here
  Parameters parameters;              // those that were understood, without _cursor and _format

  // The parameters as they are written in a URL: "code=a%7Cb&_count=20".
  std::string text() const;
};

// The same search, but a reference that `hides` names matches nothing, as if no resource had it. Canonicals
// are not tested.
Query without_references(const Query& query, const std::function<bool(const std::string& reference)>& hides);

struct QueryOptions {
  Instant now;                 // `ap` is measured from it
  std::string_view base = {};  // the FHIR base: a reference below it is local
  // Prefer: handling=lenient: leave out parameters that are not served, instead of refusing them
  bool lenient = false;
};

// Problem: incorrect, naming the parameter as "http.NAME". A modifier that is not served is refused even if
// lenient, as R4 demands: without it the search would find more than the client asked for.
Result<Query> parse(const fhir::Definitions& definitions, std::string_view type, const Parameters& parameters,
                    const QueryOptions& options);

// Can it be searched by? (Not: composite and special parameters, and those without an expression.)
bool is_served(const fhir::SearchParameter& parameter);

}  // namespace handoff::search
