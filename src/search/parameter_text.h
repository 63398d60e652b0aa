// The part of a search parameter that its index rows depend on (R4 "searchparameter"), as a text that is
// stored with them: type, bases and expression. If the text changes, the rows change.
#pragma once

#include <string>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/document.h"

namespace handoff::search {

std::string to_text(const fhir::SearchParameter& parameter);

// A parameter without url and code. Its strings are views into `text` or into the definitions. Problem: fault
// (no such text).
Result<fhir::SearchParameter> read_parameter_text(const json::Document& text);

}  // namespace handoff::search
