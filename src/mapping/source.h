// Reads a file of records by a plan's contract.
#pragma once

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// Problem: incorrect, if the file itself cannot be read.
Result<Source> read_source(const Plan& plan, std::string bytes, std::string file, Instant now);

}  // namespace handoff::mapping
