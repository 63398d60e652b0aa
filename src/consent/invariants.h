// R4 invariants, beyond cardinality, that break if an element is removed: at least one of several elements
// must be there.
#pragma once

#include <span>
#include <string_view>

namespace handoff::consent {

struct Invariant {
  std::string_view type;         // "Appointment.participant"
  std::string_view elements[4];  // by FHIRPath name; unused places are empty
  std::size_t least = 1;         // how many of these elements together
};

// The invariant of one type; null if it has none.
const Invariant* find_invariant(std::string_view type);

}  // namespace handoff::consent
