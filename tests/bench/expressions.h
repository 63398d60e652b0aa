// What an expression costs on a parsed resource: no server, no store.
#pragma once

#include <cstddef>

namespace handoff::bench {

// Microseconds of one evaluation of a compiled name.where(use='official').given; the median of the rounds.
double evaluation_us(std::size_t rounds);

}  // namespace handoff::bench
