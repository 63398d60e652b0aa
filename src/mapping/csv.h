// A file's rows as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::mapping {

using Row = std::vector<std::string>;

// All rows at once (core/csv.h), with its problems.
Result<std::vector<Row>> read_csv(std::string_view text, char delimiter);

}  // namespace handoff::mapping
