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

// A value or nested extensions, never both, never none (ext-1).
void check_extension(json::Value value, const Path& path, Findings& findings);

}  // namespace handoff::validation
