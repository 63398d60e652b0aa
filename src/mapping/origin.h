// Where in a mapping an element of a produced resource comes from: found by its path among the nodes of the template.
#pragma once

#include <string>
#include <vector>

#include "mapping/plan.h"

namespace handoff::mapping {

// A step of "Observation.value.ofType(Quantity).code[0]": here "valueQuantity".
struct Step {
  std::string key;  // of the JSON member
  std::size_t index = 0;
};
// Without the type with which it begins.
std::vector<Step> steps_of(std::string_view expression);
json::Value element_at(json::Value resource, const std::vector<Step>& steps);
// All strings, numbers and booleans in a value.
std::vector<std::string> texts_in(json::Value value);

struct Origin {
  std::string place;  // "map.json:6:14"
  std::vector<std::string> columns;
};

// Origins of the element and of what is in it, in the order of the template; else of the nearest element around it that one expression
// makes. Several where several parts of the template make elements of this path. Without columns where only literals do.
std::vector<Origin> origins_of(const Node& resource, std::string_view type, const std::vector<Step>& steps);
// Of a text: a key, the discloser.
std::vector<Origin> origins_of(const Node& text);

}  // namespace handoff::mapping
