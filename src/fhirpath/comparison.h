// Equality, equivalence and order of items and collections (FHIRPath 2.0 section 6.1, 6.2). std::nullopt
// stands for the specification's empty result: the answer cannot be told.
#pragma once

#include <optional>

#include "fhirpath/expression.h"

namespace handoff::fhirpath {

std::optional<bool> equal(const Item& a, const Item& b);
bool equivalent(const Item& a, const Item& b);
std::optional<bool> equal(const Collection& a, const Collection& b);
bool equivalent(const Collection& a, const Collection& b);

enum class Order : std::uint8_t { less, same, greater, unknown, incomparable };
Order order(const Item& a, const Item& b);

bool holds(const Collection& collection, const Item& item);  // by equality
void append_distinct(Collection& collection, const Item& item);

}  // namespace handoff::fhirpath
