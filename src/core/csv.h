// Comma-separated values (RFC 4180) as programs export them: any delimiter, quoted line breaks, line ends of
// every kind. A broken row is reported and the next one is read, so one bad cell costs one row. (No library
// does that: in all of them the first broken quote breaks the rest of the file.)
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "core/result.h"

namespace handoff {

// Takes one row: its number, from 1, and its fields as written between delimiters and quotes. They are valid
// during the call only.
using TakeCsvRow = std::function<Result<void>(std::size_t record, std::span<const std::string_view> fields)>;
// Takes a row that cannot be read: its number, and why.
using TakeBrokenCsvRow = std::function<Result<void>(std::size_t record, std::string_view why)>;

// Gives every row, also the header; blank lines are skipped. A quoted value breaks its row if other text
// follows it or if it does not end. The broken row then ends with its line. If `broken` is given, quotes
// inside an unquoted value are part of it; without `broken` they break the row. Stops at the first problem
// that `take` or `broken` returns. Problem: incorrect, if a row is longer than limits::feed_record_bytes_max,
// if a row is broken and there is no `broken`, or if more rows are broken than limits::feed_broken_rows_max.
// "record N" is in the diagnostics.
Result<void> each_csv_row(std::string_view text, char delimiter, const TakeCsvRow& take,
                          const TakeBrokenCsvRow& broken = {});

}  // namespace handoff
