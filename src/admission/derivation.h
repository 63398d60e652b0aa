// What the store keeps of a resource beside its bytes: whose record it belongs to, its shapes and its index rows. Derived once
// when it is written, and again when the store is verified: both come here. Pure but for what `record` reads; what the store sets of
// `meta` counts for nothing.
#pragma once

#include <string>
#include <string_view>

#include "admission/facets.h"
#include "fhir/record.h"

namespace handoff::admission {

// Whose record a resource belongs to, "Patient/abc"; a Provenance to that of its first target. Empty: nobody's.
std::string patient_of(json::Value resource, fhir::RecordReader& record);

// `patient` as patient_of() says; `disclosers` as the store keeps them, separated by blanks.
Faceted derive(const search::Indexer& indexer, const fhir::Definitions& definitions, json::Value resource, std::string_view patient,
               std::string_view disclosers);

}  // namespace handoff::admission
