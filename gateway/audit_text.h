// What `handoff ledger` and `handoff delivery` print for a person.
#pragma once

#include <string>
#include <string_view>

#include "json/document.h"

namespace handoff::gateway {

std::string joined(json::Value texts);        // "a, b"
std::string local_time(json::Value instant);  // in the zone of the exchange, to the second, with its offset; empty: none
std::string pair_text(std::string_view name, json::Value value);  // a line; of a list, a line for each; nothing of null
std::string pair_text(std::string_view name, std::string_view value);
std::string more_text(json::Value root);  // how to go on where there is more

// Prints JSON as it is or as `text` puts it. Exit code 0.
int tell(const std::string& told, bool as_json, std::string (*text)(json::Value root));

}  // namespace handoff::gateway
