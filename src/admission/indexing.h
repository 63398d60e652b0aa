// What can be searched by: R4's search parameters and those of packages. Brings a store's index to that before anybody searches:
// resources that are there get the rows of parameters that are new, and rows of parameters that are gone go. Rows are made as
// they are when a resource comes in (derivation.h), consent's part included. What is half done when the program ends is gone on
// with at the next start.
#pragma once

#include <memory>
#include <span>

#include "core/result.h"
#include "fhir/definitions.h"
#include "store/store.h"

namespace handoff::admission {

// R4 with these beside it, each with the store's number for it, once the index has all their rows and no others'. Nobody may
// write resources meanwhile, nor later by other definitions. The texts of `added` outlive what is returned. Told on the log.
// Problem: unavailable (the disk), fault (a parameter that does not compile).
Result<std::shared_ptr<const fhir::Definitions>> index_by(store::Store& store, std::span<const fhir::SearchParameter> added);

}  // namespace handoff::admission
