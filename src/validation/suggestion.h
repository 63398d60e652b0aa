// Guesses which member was meant by one that a type does not have.
#pragma once

#include <string>

#include "fhir/definitions.h"

namespace handoff::validation {

// A sentence like "Did you mean birthDate?". Empty if no name is close.
std::string suggest(const fhir::Type& type, std::string_view member);

}  // namespace handoff::validation
