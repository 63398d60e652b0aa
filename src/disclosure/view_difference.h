// What one view sees of a patient and another does not. A recipient is told this when consents change (E16).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disclosure/recipient_view.h"
#include "fhir/resource_id.h"

namespace handoff::disclosure {

struct ViewDifference {
  std::vector<std::string> gained;  // "Condition/a", "Patient/p", sorted
  bool lost = false;                // something that still exists
};

// Compares the patient's current resources except Consents. Only those that existed at `then`, by the time of
// their first version, count as gained, because events of their own report later ones. At most `max` are
// named, and the Patient.
ViewDifference difference_of(const RecipientView& before, const RecipientView& now,
                             const store::Snapshot& snapshot, const fhir::ResourceId& patient_id,
                             Instant then, std::size_t max);

}  // namespace handoff::disclosure
