// What the store keeps of a resource beside its bytes: whose record it belongs to, its shapes and its index rows. Derived once
// when it is written, and again when the store is verified: both come here. Pure but for what `record` reads; what the store sets of
// `meta` counts for nothing.
#pragma once

#include <string>
#include <string_view>

#include "admission/facets.h"
#include "fhir/record.h"

namespace handoff::admission {

struct Derived {
  std::string patient;  // "Patient/abc"; empty: nobody's
  Faceted faceted;
};

// `disclosers` as the store keeps them, separated by blanks.
Derived derive(const search::Indexer& indexer, const fhir::Definitions& definitions, json::Value resource, std::string_view disclosers,
               fhir::RecordReader& record);

// Whose record a resource belongs to; a Provenance to that of its first target.
std::string patient_of(json::Value resource, fhir::RecordReader& record);

}  // namespace handoff::admission
