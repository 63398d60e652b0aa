// The functions of mappings/README.md beside FHIRPath's: lookup, coding, ref, refTo, id, dateTime. They find what they stand on in the
// Run that evaluates (run.h).
#pragma once

#include <span>

#include "fhirpath/expression.h"

namespace handoff::mapping {

std::span<const fhirpath::Function> mapping_functions();

}  // namespace handoff::mapping
