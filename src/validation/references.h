// References (R4 "references", "bundle" resolving): what they lead to within the resource and its Bundle, and whether it is what
// the element or profile asks for.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// Contained, or an entry of the Bundle around it; absent if it leads elsewhere.
json::Value resolve(const Context& context, std::string_view reference);
const Index& index_of(const Context& context, json::Value bundle);
// Resource type by what is resolved, said (`type`) or written in the reference; empty if it cannot be told.
std::string_view type_of_reference(const Context& context, json::Value reference);

// R4's rules of a Reference: a "#id" is contained (ref-1), an absolute URL names a type that may stand here.
void check_reference_value(Context& context, const At& at, const fhir::Element& element);
// A profile's targets and aggregation.
void check_targets(Context& context, const At& at, const AllowedType& type);

}  // namespace handoff::validation
