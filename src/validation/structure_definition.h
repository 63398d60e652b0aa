// What a StructureDefinition says beyond its invariants (R4 "structuredefinition", "elementdefinition"): a profile speaks of elements
// that its type has.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_structure_definition(Context& context, const At& definition);

}  // namespace handoff::validation
