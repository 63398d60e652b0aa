// Decides which of a Patient's contributions belong together, to undo a wrong merge. Pure.
#pragma once

#include <string>
#include <vector>

#include "identity/recognition.h"

namespace handoff::intake {

// What one record gave, or what one discloser gave before contributions were kept.
struct Part {
  identity::PersonClaim evidence;
  bool names_person = false;  // it says who the person is; others only refer to a number
};

// For each part the number of its person, from 0, the oldest first. −1: nothing tells. Parts with a common
// link belong together. Two such groups are one person if they share a member id or a name and nothing
// contradicts. The caller knows that the merge was wrong. So if only one person results, each group becomes a
// person of its own. If there is only one group, records that contradict each other belong to different
// people.
std::vector<int> separate(const std::vector<Part>& parts, const identity::Nicknames& nicknames);

}  // namespace handoff::intake
