// What a search parameter type is (R4 "search", parameter types). Each type has its own file, named after it.
// The file says how values are read, which ranges of index rows a test reads, which modifiers exist, and
// which rows a resource gets.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fhirpath/expression.h"
#include "search/query.h"

namespace handoff::search {

// One parameter of a search while it is read.
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
  static constexpr std::string_view resource_type = "[type]";  // stands for the name of any resource type
  std::string_view name;                                       // "exact"; empty: no modifier is given
  // Problem: incorrect, without place.
  Result<Condition> (*read)(const ParameterContext& context, Values values);
};

// Which parameter gets the rows.
struct RowContext {
  ParameterKey parameter = 0;
  const fhir::ValueSet* codes = nullptr;  // of the required binding, for tokens that are codes
};

struct ParameterType {
  Index index = Index::token;
  bool sorts = false;
  // Makes the rows of one value of the parameter's expression.
  void (*make_rows)(const fhirpath::Item& item, const RowContext& context, IndexRows& rows);
  std::span<const Modifier> modifiers;

  // Null: the modifier is not served.
  const Modifier* find(std::string_view modifier, const fhir::Definitions& definitions) const;
};

extern const ParameterType token_type, reference_type, uri_type, string_type, date_type, number_type,
    quantity_type;

// Null: the type is not served.
const ParameterType* parameter_type(fhir::SearchType type);

// Reads one value and adds its ranges to `ranges`. Problem: incorrect, without place.
using ReadValue = Result<void> (*)(const ParameterContext& context, std::string_view value,
                                   std::vector<KeyRange>& ranges);
// A test of all values. If all ranges are hashes, each appears once.
Result<Condition> test_of(const ParameterContext& context, Values values, ReadValue read);

}  // namespace handoff::search
