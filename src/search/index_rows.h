// A resource's index rows: what every search parameter of its type extracts from it (R4 "search"), in the
// form in which the store keeps them. Computed once, at write time.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::search {

// (resource type's number << 16 | SearchParameter::index): one ordered run of rows in an index table.
using ParameterKey = std::uint32_t;

// Which shape of its write (store/batch.h) a row carries: 0 is the resource's shape, others are the shape of
// the element that the row was made from. Admission sets it, not the indexer. It does not take part in
// comparisons of rows.
struct Facet {
  std::uint16_t number = 0;
  constexpr std::strong_ordering operator<=>(const Facet&) const { return std::strong_ordering::equal; }
  constexpr bool operator==(const Facet&) const { return true; }
};

struct HashRow {  // token, reference, uri
  ParameterKey parameter;
  std::uint64_t hash;
  Facet facet = {};
  auto operator<=>(const HashRow&) const = default;
};
struct StringRow {
  ParameterKey parameter;
  std::string value;  // folded (core/text.h), at most 128 bytes, cut at a character
  Facet facet = {};
  auto operator<=>(const StringRow&) const = default;
};
struct DateRow {
  ParameterKey parameter;
  std::int64_t first_ms;  // the span's ends, both included; open ends are INT64_MIN, INT64_MAX
  std::int64_t last_ms;
  Facet facet = {};
  auto operator<=>(const DateRow&) const = default;
};
struct NumberRow {  // number; quantity with the hash of "system|code" (0 for number)
  ParameterKey parameter;
  std::uint64_t unit_hash;
  double value;
  Facet facet = {};
  auto operator<=>(const NumberRow&) const = default;
};

// Names the rules by which rows are made. It changes with them: then a store makes all its rows anew
// (admission/indexing.h).
inline constexpr std::string_view rows_form = "2";

struct IndexRows {  // each vector sorted, without repeats
  // of each coding: hashes of "system|code" ("|code" without system), of "code" and of "system|"
  std::vector<HashRow> tokens;
  std::vector<HashRow> references;  // hash of "Type/id"; of a canonical or absolute URL as it is
  std::vector<HashRow> uris;
  std::vector<StringRow> strings;
  std::vector<DateRow> dates;
  std::vector<NumberRow> numbers;
};

class Indexer {
 public:
  using Wanted = std::function<bool(const fhir::SearchParameter& parameter)>;

  // Compiles every search parameter of every resource type, or only the wanted ones. Problem: fault, naming
  // the parameter that does not compile.
  static Result<Indexer> create(const fhir::Definitions& definitions = fhir::Definitions::r4(),
                                const Wanted& wanted = {});
  // Never fails on a structurally valid resource. An expression that cannot be evaluated gives no row.
  IndexRows extract(json::Value resource) const;
  // Can the parameter find more only if the resource says more (plain_path.h)?
  bool is_plain(ParameterKey key) const;
  const fhir::Definitions& definitions() const;  // the ones it was made from; they outlive it

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

ParameterKey parameter_key(const fhir::Definitions& definitions, std::string_view resource_type,
                           const fhir::SearchParameter& parameter);

// Is the parameter not R4's own?
constexpr bool is_added(ParameterKey parameter) {
  return (parameter & 0xFFFF) >= fhir::SearchParameter::first_added;
}

// Can the parameter index resources of all its bases? Problem: incorrect, with what is wrong in its
// expression.
Result<void> check_expression(const fhir::Definitions& definitions, const fhir::SearchParameter& parameter);

}  // namespace handoff::search
