// The first row of a file: which column is which.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "mapping/contract.h"
#include "mapping/csv.h"

namespace handoff::mapping {

// The names, trimmed. A column without a name has an empty one. Problem: incorrect, one short line that says
// what to do. It shows no value of a row that is no header, because the value may be a person's.
Result<Row> header_of(const Contract& contract, std::span<const std::string_view> fields);

// If another separator would make the first row the header, returns a Problem that says so in one line.
// `fields` may be the whole row as one field.
std::optional<Problem> fault_of_separator(const Contract& contract, std::span<const std::string_view> fields);

// True if a row names every declared column.
bool is_header(const Contract& contract, std::span<const std::string_view> fields);

}  // namespace handoff::mapping
