// Findings as an OperationOutcome (R4 "operationoutcome"): severity, code, diagnostics, expression; an invariant's key in
// details.coding.
#pragma once

#include <vector>

#include "core/result.h"
#include "json/value.h"

namespace handoff::validation {

// With nothing found it says so, for an outcome has one issue at least. `type` is then its expression.
json::Value outcome_of(json::Arena& arena, const std::vector<Issue>& issues, std::string_view type);

}  // namespace handoff::validation
