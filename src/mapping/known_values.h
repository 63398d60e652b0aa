// Values of an expression that are known when a mapping is loaded. They come from lookup tables, from lists
// of codes, and from literals in the expression itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/plan.h"

namespace handoff::mapping {

struct KnownValue {
  std::string text;
  std::string place;  // "lookups/sex.csv:2:3"; empty: in the expression itself
};

// What is known about a variable, or about the item of a loop.
struct Variable {
  std::vector<std::string> columns;  // that its value comes from
  std::vector<KnownValue> values;    // that it can have
};
using Variables = std::map<std::string, Variable, std::less<>>;

// Some possible values of the expression. Computed values are not known and are not among them. `is_guarded`:
// a condition around the expression may exclude values of a column.
std::vector<KnownValue> known_values(std::string_view expression, const Plan& plan,
                                     const Variables& variables, bool is_guarded = false);

// All columns below a node, each once.
std::vector<std::string> columns_of(const Node& node);
void add_columns(std::vector<std::string>& columns, const std::vector<std::string>& more);

}  // namespace handoff::mapping
