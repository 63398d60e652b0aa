// Writes the model in the binary form of fhir/definitions_format.h.
#pragma once

#include "fhir/compiler/model.h"

namespace handoff::fhir::compiler {

std::string write_definitions(const Model& model);

}  // namespace handoff::fhir::compiler
