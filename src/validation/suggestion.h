// What somebody may have meant by a member that a type does not have.
#pragma once

#include <string>

#include "fhir/definitions.h"

namespace handoff::validation {

// A sentence such as "Did you mean birthDate?"; empty if nothing is close.
std::string suggest(const fhir::Type& type, std::string_view member);

}  // namespace handoff::validation
