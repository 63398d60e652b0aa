// Comma-separated values (RFC 4180) over libcsv: any delimiter, quoted line breaks, strict about quotes.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "core/result.h"

namespace handoff {

// Takes one row: its number, from 1, and its fields as they stand between delimiters and quotes, good for the call only.
using TakeCsvRow = std::function<Result<void>(std::size_t record, std::span<const std::string_view> fields)>;

// Gives every row, the header's included; blank lines are none. Ends with the first problem that `take` gives. Problem: incorrect,
// if quotes are broken or a row is longer than limits::feed_record_bytes_max; "record N" is in the diagnostics.
Result<void> each_csv_row(std::string_view text, char delimiter, const TakeCsvRow& take);

}  // namespace handoff
