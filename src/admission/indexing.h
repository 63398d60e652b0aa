// Search parameters: those of R4 and those of packages. Brings a store's index up to date before anybody
// searches. Existing resources get rows for new parameters, and rows of removed parameters are deleted. If
// the rules for rows have changed (search::rows_form), all rows are made anew. Rows are derived exactly as
// for a write (derivation.h), with what consent needs. If the program ends halfway, the next start continues.
#pragma once

#include <memory>
#include <span>

#include "core/result.h"
#include "fhir/definitions.h"
#include "store/store.h"

namespace handoff::admission {

// R4 together with `added`, each with the store's number for it. Returns when the index has all their rows
// and no others. Nobody may write resources meanwhile, or later with other definitions. The texts of `added`
// outlive the result. Progress is logged.
// Problem: unavailable (the disk), fault (a parameter that does not compile).
Result<std::shared_ptr<const fhir::Definitions>> index_by(store::Store& store,
                                                          std::span<const fhir::SearchParameter> added);

}  // namespace handoff::admission
