// Finds out which elements each index row was made from, as far as decisions differ. A row must never be more
// visible than its element. What one discloser gave of a Patient is found by those who may hear from that
// discloser. Booking numbers, and third parties of incidents, are found by those for whom redaction leaves
// them (consent/redaction.h). Elements that may be removed together with a reference, and references to other
// Patients, count as third parties. A recipient of a Consent is found only by that recipient. Pure.
#pragma once

#include <string>
#include <vector>

#include "consent/verdict.h"
#include "fhir/definitions.h"
#include "fhir/resource_id.h"
#include "json/value.h"
#include "search/index_rows.h"

namespace handoff::admission {

struct Faceted {
  std::vector<std::string> shapes;  // the first is that of the resource itself
  search::IndexRows rows;           // each with its facet, an index into `shapes`
};

// `row` is what a decision must know of the resource as a whole; its `asks` is ignored. `patient` is the
// owner; empty: the resource itself says it.
Faceted with_facets(const search::Indexer& indexer, const fhir::Definitions& definitions,
                    json::Value resource, consent::Row row, const fhir::Reference& patient = {});

}  // namespace handoff::admission
