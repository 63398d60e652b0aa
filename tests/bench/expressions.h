// The cost of an expression on a parsed resource, without server and store.
#pragma once

#include <cstddef>

namespace handoff::bench {

// Microseconds for one evaluation of a compiled name.where(use='official').given; the median of the rounds.
double evaluation_us(std::size_t rounds);

}  // namespace handoff::bench
