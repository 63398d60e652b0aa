// Index rows of one value, by search type (R4 "search", each type's table of data types).
#pragma once

#include "fhirpath/expression.h"
#include "search/index_rows.h"

namespace handoff::search {

using RowMaker = void (*)(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);

void make_token_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);
// A code whose element is bound to `codes` has the system that they name for it.
void make_bound_code_rows(const fhirpath::Item& item, const fhir::ValueSet& codes, ParameterKey parameter, IndexRows& rows);
void make_reference_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);
void make_uri_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);
void make_string_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);
void make_date_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);
void make_number_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);
void make_quantity_rows(const fhirpath::Item& item, ParameterKey parameter, IndexRows& rows);

}  // namespace handoff::search
