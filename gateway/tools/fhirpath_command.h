// `handoff fhirpath --batch`: evaluates expressions on resources, one JSON line each.
#pragma once

#include <iosfwd>

#include "core/clock.h"

namespace handoff::gateway {

// A line: {"id", "expression", "resource" or null, "variables"?}. Its answer: {"id", "result": [{"type",
// "value"}]} or {"id", "error": {"kind": "syntax" | "semantic" | "execution" | "request", "message",
// "position"?}}. `position` counts bytes.
int run_fhirpath_batch(std::istream& in, std::ostream& out, const Clock& clock);

}  // namespace handoff::gateway
