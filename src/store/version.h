// Versions of resources, as a store keeps them.
#pragma once

#include <cstdint>
#include <string>

#include "core/clock.h"
#include "fhir/resource_id.h"
#include "store/numbers.h"

namespace handoff::store {

struct Version {
  std::string type;
  std::string id;
  std::uint32_t version = 0;
  Pk pk = Pk::none;
  Instant updated;
  bool deleted = false;
  bool stands = false;  // does the resource exist today, whatever version this is?
  // Empty: of nobody. An older version has the patient of the current one. The same holds for the next two
  // members.
  fhir::ResourceId patient;
  PatientNumber patient_number = PatientNumber::nobody;
  // of the whole resource; 0: not told apart, examine the resource (store/search.h)
  std::uint32_t shape = 0;
  std::string disclosers;
  std::string body;
};

// What is known of a current resource without its body.
struct Row {
  Pk pk = Pk::none;
  PatientNumber patient = PatientNumber::nobody;
  std::uint32_t shape = 0;
  bool deleted = false;
};

}  // namespace handoff::store
