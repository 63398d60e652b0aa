// Comma-separated values (RFC 4180) over libcsv: any delimiter, quoted line breaks, strict about quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::mapping {

using Row = std::vector<std::string>;

// All rows, the header's included; blank lines are none. Problem: incorrect, if quotes are broken or a row is longer
// than limits::feed_record_bytes_max; the row's number (from 1) is in the diagnostics.
Result<std::vector<Row>> read_csv(std::string_view text, char delimiter);

// The bytes as UTF-8, by the first charset of the list ("utf-8", "windows-1252") that can read them; a byte order mark
// is dropped. Problem: incorrect.
Result<std::string> to_utf8(std::string bytes, const std::vector<std::string>& charsets);

}  // namespace handoff::mapping
