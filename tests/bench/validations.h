// The checks of a write before it is stored: the whole validation of a parsed resource, and its index rows.
// No server, no store.
#pragma once

#include <cstddef>
#include <string>

namespace handoff::bench {

// A Patient of 3 KB.
std::string patient_text();

// Microseconds for one, the medians of the rounds.
struct Preparation {
  double validation_us = 0;  // with all invariants of R4
  double extraction_us = 0;  // its index rows
};
Preparation prepare_patient(std::size_t rounds);

}  // namespace handoff::bench
