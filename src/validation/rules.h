// What R4 demands of values beyond their types: codes of required bindings, targets of references, the form of extensions.
#pragma once

#include "fhir/definitions.h"
#include "json/value.h"
#include "validation/findings.h"

namespace handoff::validation {

// `type` is code, Coding, CodeableConcept (others are not asked); the element has required_codes.
void check_required_code(json::Value value, const fhir::Element& element, const fhir::Type& type, const Path& path, Findings& findings);

// A relative reference ("Patient/1", "Patient?identifier=…") names a type that the element may refer to.
void check_reference(json::Value value, const fhir::TypeChoice& choice, const fhir::Definitions& definitions, const Path& path,
                     Findings& findings);

// What R4 says of whole types, beside the types of their elements: extensions have a value or extensions (ext-1), systems and
// full URLs are absolute.
void check_type_rules(json::Value value, const fhir::Type& type, const Path& path, Findings& findings);

}  // namespace handoff::validation
