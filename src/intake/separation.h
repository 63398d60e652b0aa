// Which of a Patient's contributions belong together: what a wrong merge is undone by. Pure.
#pragma once

#include <string>
#include <vector>

#include "identity/recognition.h"

namespace handoff::intake {

// What one record, or one discloser of old, gave: evidence and, where it spoke of the person, a place in the caller's list.
struct Part {
  identity::PersonClaim evidence;
  bool names_person = false;  // it says who the person is; others only refer to a number
};

// For each part the person that it belongs to, numbered from 0, the oldest first; −1: nothing tells. Parts with a link in common
// belong together. Such groups are one person where they share a member id or a name and nothing contradicts. Whoever asks knows that
// the merge was wrong: if that leaves one person alone, each group is a person of its own; and of a single group, records that
// contradict each other are of different people.
std::vector<int> separate(const std::vector<Part>& parts, const identity::Nicknames& nicknames);

}  // namespace handoff::intake
