// Reads the rows of a CSV file as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::mapping {

using Row = std::vector<std::string>;

// Reads all rows at once with core/csv.h. Problems are those of core/csv.h.
Result<std::vector<Row>> read_csv(std::string_view text, char delimiter);

}  // namespace handoff::mapping
