// Small texts that answers and ledger entries are made of.
#pragma once

#include <string>

#include "fhir/resource_id.h"
#include "store/snapshot.h"

namespace handoff::disclosure {

// "CarePlan/abc/_history/2"
inline std::string reference_of(const store::Version& version) {
  return version.type + "/" + version.id + "/_history/" + std::to_string(version.version);
}

// The patient that the resource belongs to; empty: nobody.
inline fhir::Reference owner_of(const store::Version& version) {
  return version.patient.empty() ? fhir::Reference() : fhir::Reference("Patient", version.patient);
}

}  // namespace handoff::disclosure
