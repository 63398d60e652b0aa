// A feed's file as text and as rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::mapping {

using Row = std::vector<std::string>;

// All rows at once (core/csv.h), with its problems.
Result<std::vector<Row>> read_csv(std::string_view text, char delimiter);

// The bytes as UTF-8, by the first charset of the list ("utf-8", "windows-1252") that can read them; a byte order mark
// is dropped. Problem: incorrect.
Result<std::string> to_utf8(std::string bytes, const std::vector<std::string>& charsets);

}  // namespace handoff::mapping
