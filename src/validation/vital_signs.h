// R4 requires its vital signs profiles for every Observation with one of their LOINC codes
// ("observation-vitalsigns").
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_vital_signs(Context& context, const At& observation);

}  // namespace handoff::validation
