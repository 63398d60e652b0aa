// What the whole validation of a parsed resource costs: no server, no store.
#pragma once

#include <cstddef>

namespace handoff::bench {

// Microseconds of one validation of a Patient of 3 KB with all invariants of R4; the median of the rounds.
double validation_us(std::size_t rounds);

}  // namespace handoff::bench
