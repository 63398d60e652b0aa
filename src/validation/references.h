// References (R4 "references", "bundle" resolving): resolves them within the resource and its Bundle. Checks
// if the target is what the element or profile allows.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// A contained resource, or an entry of the Bundle around it. Absent if the reference leads elsewhere.
json::Value resolve(const Context& context, std::string_view reference);
const Index& index_of(const Context& context, json::Value bundle);
// The resource type from the resolved resource, from the reference's text, or from its `type`. Empty if
// unknown.
std::string_view type_of_reference(const Context& context, json::Value reference);

// R4's rules for a Reference: a "#id" must be contained (ref-1), and an absolute URL must name an allowed
// type.
void check_reference_value(Context& context, const At& at, const fhir::Element& element);
// Checks a profile's targets and aggregation.
void check_targets(Context& context, const At& at, const AllowedType& type);

}  // namespace handoff::validation
