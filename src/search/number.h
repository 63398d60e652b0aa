// Numbers in searches and in resources, shared by numbers and quantities (R4 "search", number).
#pragma once

#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/value.h"
#include "search/key_range.h"

namespace handoff::search {

// Adds the ranges that fit. Problem: incorrect, without place.
Result<void> read_number(std::string_view value, std::uint64_t unit_hash, std::vector<KeyRange>& ranges);
void add_number(json::Value number, std::uint64_t unit_hash, ParameterKey parameter, IndexRows& rows);

}  // namespace handoff::search
