// The rules for a StructureDefinition beyond its invariants (R4 "structuredefinition", "elementdefinition").
// For example, a profile may only name elements that its type has.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_structure_definition(Context& context, const At& definition);

}  // namespace handoff::validation
