// Applies a person's corrections to some values of a record.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// Returns `values` with each field ("DOB", "person.birthDate") replaced by the new text, as its column reads
// it. An empty text removes the value. The result's values live in `arena` and where the old values live.
// Problem: incorrect (unknown column), unprocessable (the column does not accept the text). The issue's
// expression is the field.
Result<json::Value> corrected(const Plan& plan, json::Arena& arena, json::Value values,
                              const FieldTexts& fields, Instant now);

}  // namespace handoff::mapping
