// Walks over a resource and everything that it contains. At each element it checks the rules of R4 and the
// definitions of extensions.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// `resource` stands alone, in an entry, in a parameter, or is contained.
void examine_resource(Context& context, const At& resource, bool is_contained);

}  // namespace handoff::validation
