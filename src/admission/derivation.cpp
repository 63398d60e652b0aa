#include "admission/derivation.h"

#include "consent/verdict.h"
#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::admission {
namespace {

// The store sets version and time. A resource that a client sends back still carries those of an older
// version.
json::Value without_stamp(json::Arena& arena, json::Value resource) {
  if (!resource["meta"]) return resource;
  json::Value meta = json::with_member(arena, resource["meta"], "versionId", {});
  meta = json::with_member(arena, meta, "lastUpdated", {});
  return json::with_member(arena, resource, "meta", meta);
}

}  // namespace

fhir::Reference patient_of(json::Value resource, fhir::RecordReader& record) {
  if (resource["resourceType"].text() != "Provenance") return fhir::patient_of(resource);
  const fhir::Reference target(fhir::local_reference(resource["target"].at(0)["reference"].text()));
  return target.type() == "Patient" ? target : fhir::patient_of(record.read(target));
}

Faceted derive(const search::Indexer& indexer, const fhir::Definitions& definitions, json::Value resource,
               const fhir::Reference& patient, std::string_view disclosers) {
  json::Arena arena;
  resource = without_stamp(arena, resource);
  return with_facets(indexer, definitions, resource,
                     consent::make_row(resource, patient, split(disclosers, ' ')), patient);
}

}  // namespace handoff::admission
