// R4 demands its vital signs profiles of every Observation that has one of their LOINC codes ("observation-vitalsigns").
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_vital_signs(Context& context, const At& observation);

}  // namespace handoff::validation
