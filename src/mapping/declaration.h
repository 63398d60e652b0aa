// Checks a column's declaration in map.json: known keys, the JSON type of each, and the column types that
// each affects (mappings/README.md: the contract).
#pragma once

#include "mapping/place.h"

namespace handoff::mapping {

// Every flaw goes to `errors`. `type` is the name of the column's type ("dateTime").
void check_declaration(const Place& at, json::Value declared, std::string_view type, LoadErrors& errors);

// Adds an error for each key of `object` that is not in `allowed`.
void check_keys(const Place& at, json::Value object, std::initializer_list<std::string_view> allowed,
                LoadErrors& errors);

// Adds an error if `object` has this key and its value is neither true nor false.
void check_flag(const Place& at, json::Value object, std::string_view key, LoadErrors& errors);

}  // namespace handoff::mapping
