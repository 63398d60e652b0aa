// Bindings of a profile (R4 "terminologies", strength): codes, Codings, CodeableConcepts, Quantities and texts against value sets.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// in: some coding of the value is in the set; unknown: none is, and of some it cannot be told.
fhir::Membership membership(const Context& context, const At& at, std::string_view value_set);
// A Coding's code must be one of its system's, where that is known as a whole.
void check_coding(Context& context, const At& at, const fhir::Element& element);
void check_binding(Context& context, const At& at, fhir::BindingStrength strength, std::string_view value_set);

}  // namespace handoff::validation
