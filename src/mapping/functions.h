// The functions that mappings/README.md adds to FHIRPath: lookup, coding, ref, refTo, id, dateTime. They get
// the plan, the record and the world from the Run that evaluates the expression (run.h).
#pragma once

#include <span>

#include "fhirpath/expression.h"

namespace handoff::mapping {

std::span<const fhirpath::Function> mapping_functions();

}  // namespace handoff::mapping
