// What index rows hang on of a search parameter (R4 "searchparameter"), as a text that is kept with them: type, bases and
// expression. Where the text is another, so are the rows.
#pragma once

#include <string>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/document.h"

namespace handoff::search {

std::string to_text(const fhir::SearchParameter& parameter);

// A parameter without url and code whose texts stand in `text`, or in the definitions. Problem: fault (no such text).
Result<fhir::SearchParameter> read_parameter_text(const json::Document& text);

}  // namespace handoff::search
