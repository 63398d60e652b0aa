// Values that an expression can give and that are known when a mapping is loaded: of lookup tables, of lists of codes, and the
// words that it holds itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/plan.h"

namespace handoff::mapping {

struct KnownValue {
  std::string text;
  std::string place;  // "lookups/sex.csv:2:3"; empty: the expression's own
};

// What is known of a variable, or of the item of a loop.
struct Variable {
  std::vector<std::string> columns;  // that it is made of
  std::vector<KnownValue> values;    // that it can have
};
using Variables = std::map<std::string, Variable, std::less<>>;

// Not all that it can give: of what is computed nothing is known. `is_guarded`: a condition around it may keep values of a column out.
std::vector<KnownValue> known_values(std::string_view expression, const Plan& plan, const Variables& variables, bool is_guarded = false);

// All columns below a node, none twice.
std::vector<std::string> columns_of(const Node& node);
void add_columns(std::vector<std::string>& columns, const std::vector<std::string>& more);

}  // namespace handoff::mapping
