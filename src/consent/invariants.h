// R4 invariants that taking an element away can break, beside cardinality: what must be there in one form or another.
#pragma once

#include <span>
#include <string_view>

namespace handoff::consent {

struct Invariant {
  std::string_view type;         // "Appointment.participant"
  std::string_view elements[4];  // by FHIRPath name; as many as there are
  std::size_t least = 1;         // of all of them together
};

// Of one type; null if it has none.
const Invariant* find_invariant(std::string_view type);

}  // namespace handoff::consent
