// The walk over a resource and all that it contains: at each element what R4 and the definitions of extensions say.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// A resource that stands alone, in an entry, in a parameter or contained.
void examine_resource(Context& context, const At& resource, bool is_contained);

}  // namespace handoff::validation
