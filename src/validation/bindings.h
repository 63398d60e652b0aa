// Checks values against the value sets of their bindings (R4 "terminologies", strength): codes, Codings,
// CodeableConcepts, Quantities and texts.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// in: at least one coding of the value is in the set. unknown: none is, but for at least one it cannot be
// decided.
fhir::Membership membership(const Context& context, const At& at, std::string_view value_set);
// If the whole code system is known here, it must have the Coding's code.
void check_coding(Context& context, const At& at, const fhir::Element& element);
void check_binding(Context& context, const At& at, fhir::BindingStrength strength,
                   std::string_view value_set);

}  // namespace handoff::validation
