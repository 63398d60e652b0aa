// Reads a file of records by a plan's contract.
#pragma once

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// Problem: incorrect, if the file as such cannot be read.
Result<Source> read_source(const Plan& plan, std::string bytes, std::string file, Instant now);

// A file of the contract's format from rows of a test. Problem: incorrect, if a row names an unknown column.
Result<std::string> write_source(const Plan& plan, json::Value rows);

}  // namespace handoff::mapping
