// What of a patient one view sees and another does not: what a change of consents tells a recipient of (E16).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disclosure/recipient_view.h"

namespace handoff::disclosure {

struct ViewDifference {
  std::vector<std::string> gained;  // "Condition/a", "Patient/p", sorted
  bool lost = false;                // something that is still there
};

// Of the patient's current resources but Consents, those that were there at `then`, by their first version's time: what came later is
// told by events of its own. At most `max` and the Patient are named.
ViewDifference difference_of(const RecipientView& before, const RecipientView& now, const store::Snapshot& snapshot, std::string_view patient_id, Instant then,
                             std::size_t max);

}  // namespace handoff::disclosure
