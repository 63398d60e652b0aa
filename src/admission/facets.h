// Which of a resource's elements each of its index rows was made from, as far as decisions differ: a row must never be more
// visible than its element. What one discloser gave of a Patient is found by who may hear from that one; booking numbers, and
// third parties of incidents, by whom redaction leaves them (consent/redaction.h); what may go along with a reference beside it, and
// references to other Patients, as third parties; of a Consent, each recipient by that one. Pure.
#pragma once

#include <string>
#include <vector>

#include "consent/verdict.h"
#include "fhir/definitions.h"
#include "json/value.h"
#include "search/index_rows.h"

namespace handoff::admission {

struct Faceted {
  std::vector<std::string> shapes;  // first that of the resource itself
  search::IndexRows rows;           // each with its facet, a place in `shapes`
};

// `row` is what a decision must know of the resource as a whole, but for `asks`. `patient` ("Patient/x"): whose it is; empty: by its own
// words.
Faceted with_facets(const search::Indexer& indexer, const fhir::Definitions& definitions, json::Value resource, consent::Row row,
                    std::string_view patient = {});

}  // namespace handoff::admission
