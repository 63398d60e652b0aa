// The first row of a file: which column is which.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "mapping/contract.h"
#include "mapping/csv.h"

namespace handoff::mapping {

// The names, trimmed; empty where a column has none. Problem: incorrect, one short line that says what to do; it shows no value of a row
// that is no header, for that may be a person's.
Result<Row> header_of(const Contract& contract, std::span<const std::string_view> fields);

// Where the first row would be the header if another character separated its columns, that, in one line. `fields` may be the row as a
// whole.
std::optional<Problem> fault_of_separator(const Contract& contract, std::span<const std::string_view> fields);

// Does a row name every declared column?
bool is_header(const Contract& contract, std::span<const std::string_view> fields);

}  // namespace handoff::mapping
