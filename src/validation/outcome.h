// Writes findings as an OperationOutcome (R4 "operationoutcome"): severity, code, diagnostics and expression.
// The key of an invariant goes to details.coding.
#pragma once

#include <vector>

#include "core/result.h"
#include "json/value.h"

namespace handoff::validation {

// An outcome must have at least one issue. So if there are no findings, it has one issue that says so, with
// `type` as its expression.
json::Value outcome_of(json::Arena& arena, const std::vector<Issue>& issues, std::string_view type);

}  // namespace handoff::validation
