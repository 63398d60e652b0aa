// What of a patient a recipient sees now and by an earlier class of its consents did not, and the other way round: what a change of
// consents tells it of (E16).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disclosure/view.h"

namespace handoff::disclosure {

struct ViewDifference {
  std::vector<std::string> gained;  // "Condition/a", "Patient/p", sorted
  bool lost = false;                // something that is still there
};

// Consents are left out. At most `max` resources and the Patient are named. What only the resource itself could tell of the time before
// counts as gained.
ViewDifference difference_of(const View& view, const store::Snapshot& snapshot, std::string_view patient_id, std::string_view class_before,
                             std::size_t max);

}  // namespace handoff::disclosure
