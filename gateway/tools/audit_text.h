// The texts that `handoff ledger` and `handoff delivery` print for a person.
#pragma once

#include <string>
#include <string_view>

#include "json/document.h"

namespace handoff::gateway {

std::string joined(json::Value texts);  // "a, b"
// In the zone of the exchange, to the second, with its offset; empty: none.
std::string local_time(json::Value instant);
// One line; a list: one line for each item; null: nothing.
std::string pair_text(std::string_view name, json::Value value);
std::string pair_text(std::string_view name, std::string_view value);
std::string more_text(json::Value root);  // how to get the rest, if there is more

// Prints the JSON as it is, or as `text` formats it. Returns exit code 0.
int tell(const std::string& told, bool as_json, std::string (*text)(json::Value root));

}  // namespace handoff::gateway
