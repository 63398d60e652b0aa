// What a search parameter type is (R4 "search", parameter types). Each has a file of its own, named after it: how its values are read,
// which ranges of index rows a test of them reads, which modifiers it knows, and which rows it makes of a resource.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fhirpath/expression.h"
#include "search/query.h"

namespace handoff::search {

// One parameter of a search, as it is read.
struct ParameterContext {
  const fhir::Definitions& definitions;
  const fhir::SearchParameter& parameter;
  std::string_view type;      // of the resources that are searched
  std::string_view name;      // as it was given: "subject:Patient"
  std::string_view modifier;  // "Patient"; empty: none
  const QueryOptions& options;
};

using Values = std::span<const std::string_view>;  // between commas: still escaped, none empty

struct Modifier {
  static constexpr std::string_view resource_type = "[type]";  // stands for the name of any
  std::string_view name;                                       // "exact"; empty: no modifier is given
  // Problem: incorrect, without place.
  Result<Condition> (*read)(const ParameterContext& context, Values values);
};

// Where rows go.
struct RowContext {
  ParameterKey parameter = 0;
  const fhir::ValueSet* codes = nullptr;  // of the required binding, for tokens that are codes
};

struct ParameterType {
  Index index = Index::token;
  bool sorts = false;
  // Of one value of the parameter's expression.
  void (*make_rows)(const fhirpath::Item& item, const RowContext& context, IndexRows& rows);
  std::span<const Modifier> modifiers;

  // Null: it is not served.
  const Modifier* find(std::string_view modifier, const fhir::Definitions& definitions) const;
};

extern const ParameterType token_type, reference_type, uri_type, string_type, date_type, number_type, quantity_type;

// Null: it is not served.
const ParameterType* parameter_type(fhir::SearchType type);

// One value as ranges, added to `ranges`. Problem: incorrect, without place.
using ReadValue = Result<void> (*)(const ParameterContext& context, std::string_view value, std::vector<KeyRange>& ranges);
// A test of all values; of hashes each stands there once.
Result<Condition> test_of(const ParameterContext& context, Values values, ReadValue read);

}  // namespace handoff::search
