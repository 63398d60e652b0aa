// What the store keeps of a resource beside its bytes: the patient that it belongs to, its shapes and its
// index rows. It is derived here both for a write and for a verification of the store. Pure, except that
// `record` reads. Parts of `meta` that the store sets are ignored.
#pragma once

#include <string>
#include <string_view>

#include "admission/facets.h"
#include "fhir/record.h"
#include "fhir/resource_id.h"

namespace handoff::admission {

// The patient that a resource belongs to. A Provenance belongs to the patient of its first target. Empty:
// nobody.
fhir::Reference patient_of(json::Value resource, fhir::RecordReader& record);

// `patient` as patient_of() returns it. `disclosers` as the store keeps them, separated by blanks.
Faceted derive(const search::Indexer& indexer, const fhir::Definitions& definitions, json::Value resource,
               const fhir::Reference& patient, std::string_view disclosers);

}  // namespace handoff::admission
