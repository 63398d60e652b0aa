// Comma-separated values (RFC 4180) as programs export them: any delimiter, quoted line breaks, line ends of every kind. A row that is
// broken is told, and the next one read: one bad cell costs one row. (No library does that: their first broken quote takes the file along.)
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "core/result.h"

namespace handoff {

// Takes one row: its number, from 1, and its fields as they stand between delimiters and quotes, good for the call only.
using TakeCsvRow = std::function<Result<void>(std::size_t record, std::span<const std::string_view> fields)>;
// Takes a row that cannot be read: its number, and why.
using TakeBrokenCsvRow = std::function<Result<void>(std::size_t record, std::string_view why)>;

// Gives every row, the header's included; blank lines are none. A quoted value that something else follows, or that does not end, breaks
// its row, which then ends with its line. Quotes within a value that does not begin with one are part of it where there is `broken`, else
// they break the row. Ends with the first problem that `take` or `broken` gives. Problem: incorrect, if a row is longer than
// limits::feed_record_bytes_max, or broken where there is no `broken`, or if more rows are broken than limits::feed_broken_rows_max;
// "record N" is in the diagnostics.
Result<void> each_csv_row(std::string_view text, char delimiter, const TakeCsvRow& take, const TakeBrokenCsvRow& broken = {});

}  // namespace handoff
