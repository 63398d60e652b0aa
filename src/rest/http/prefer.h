// The client's preferences (RFC 7240; R4 "http": return=…, "search": handling=…).
#pragma once

#include <string_view>

#include "net/http.h"

namespace handoff::rest {

// The value of a preference; empty if it is not given. Example: "minimal" for "return" in "Prefer:
// return=minimal; handling=lenient".
std::string_view preference(const net::Request& request, std::string_view name);

}  // namespace handoff::rest
