// A record with some of its values put right by a person.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// `values` with each field ("DOB", "person.birthDate") as its column reads the new text; an empty text takes the value away. Values
// live in `arena` and where they were. Problem: incorrect (no such column), unprocessable (the column does not take it); the
// issue's expression is the field.
Result<json::Value> corrected(const Plan& plan, json::Arena& arena, json::Value values, const FieldTexts& fields, Instant now);

}  // namespace handoff::mapping
