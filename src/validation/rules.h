// R4's rules for values beyond their types: codes of required bindings, targets of references, the form of
// extensions.
#pragma once

#include "fhir/definitions.h"
#include "json/value.h"
#include "validation/findings.h"

namespace handoff::validation {

// `type` is code, Coding or CodeableConcept; other types are not checked. The element must have
// required_codes.
void check_required_code(json::Value value, const fhir::Element& element, const fhir::Type& type,
                         const Path& path, Findings& findings);

// A relative reference ("Patient/1", "Patient?identifier=…") must name a type that the element may refer to.
void check_reference(json::Value value, const fhir::TypeChoice& choice, const fhir::Definitions& definitions,
                     const Path& path, Findings& findings);

// R4's rules for whole types, besides the types of their elements. An extension has a value or extensions
// (ext-1). Systems and full URLs are absolute.
void check_type_rules(json::Value value, const fhir::Type& type, const Path& path, Findings& findings);

}  // namespace handoff::validation
