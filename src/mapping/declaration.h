// What a column's declaration in map.json may say: which keys there are, what JSON each wants, and for which types it has an
// effect (mappings/README.md: the contract).
#pragma once

#include "mapping/place.h"

namespace handoff::mapping {

// Every flaw goes to `errors`. `type` is the name of the column's type ("dateTime").
void check_declaration(const Place& at, json::Value declared, std::string_view type, LoadErrors& errors);

// An error for each key of `object` that is not among `allowed`.
void check_keys(const Place& at, json::Value object, std::initializer_list<std::string_view> allowed, LoadErrors& errors);

// An error if `object` has this key and its value is neither true nor false.
void check_flag(const Place& at, json::Value object, std::string_view key, LoadErrors& errors);

}  // namespace handoff::mapping
