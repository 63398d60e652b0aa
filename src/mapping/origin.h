// Finds where in a mapping an element of a produced resource comes from. It searches the nodes of the
// template by the element's path.
#pragma once

#include <string>
#include <vector>

#include "mapping/plan.h"

namespace handoff::mapping {

// A step of "Observation.value.ofType(Quantity).code[0]". Its first step is "valueQuantity".
struct Step {
  std::string key;  // of the JSON member
  std::size_t index = 0;
};
// The steps after the type at the beginning.
std::vector<Step> steps_of(std::string_view expression);
json::Value element_at(json::Value resource, const std::vector<Step>& steps);
// All strings, numbers and booleans in a value.
std::vector<std::string> texts_in(json::Value value);

struct Origin {
  std::string place;  // "map.json:6:14"
  std::vector<std::string> columns;
};

// Origins of the element and of everything in it, in the order of the template. If there are none: those of
// the nearest element around it that one expression makes. There are several if several parts of the template
// make this path. `columns` is empty if only literals make the element.
std::vector<Origin> origins_of(const Node& resource, std::string_view type, const std::vector<Step>& steps);
// Origins of a text: a key, the discloser.
std::vector<Origin> origins_of(const Node& text);

}  // namespace handoff::mapping
