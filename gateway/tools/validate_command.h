// `handoff validate --batch`: validates resources against R4 and the profiles of packages, one JSON line
// each.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace handoff::gateway {

struct ValidateOptions {
  std::vector<std::filesystem::path> packages;     // .tgz
  std::vector<std::filesystem::path> code_tables;  // .csv
};

// A line: {"id", "resource", "profiles"?}. Its answer: {"id", "outcome": an OperationOutcome} or {"id",
// "error": {"kind", "message"}}. Returns 2 if a package or a table is refused, and then reads no line.
int run_validate_batch(std::istream& in, std::ostream& out, const ValidateOptions& options);

}  // namespace handoff::gateway
