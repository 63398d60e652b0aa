// Dates in HTTP headers (RFC 9110, section 5.6.7: IMF-fixdate) and entity tags of versions (R4 "http",
// versioning).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace handoff::rest {

std::string format_http_date(Instant instant);  // "Sun, 30 Jun 2024 12:00:00 GMT", rounded down to a second
std::optional<Instant> parse_http_date(std::string_view text);

std::string format_etag(std::uint32_t version);     // W/"3"
std::string format_etag(std::string_view version);  // W/"v0f1e…", for a view
// W/"3" or "3"; nothing for anything else.
std::optional<std::uint32_t> parse_etag(std::string_view text);
// Both kinds: "3", "v0f1e…". Nothing if the text is no entity tag of an id.
std::optional<std::string> version_in_etag(std::string_view text);

}  // namespace handoff::rest
