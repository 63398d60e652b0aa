// Dates in HTTP headers (RFC 9110, section 5.6.7: IMF-fixdate) and entity tags of versions (R4 "http", versioning).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace handoff::rest {

std::string format_http_date(Instant instant);  // "Sun, 30 Jun 2024 12:00:00 GMT", to the second before
std::optional<Instant> parse_http_date(std::string_view text);

std::string format_etag(std::uint32_t version);      // W/"3"
std::string format_etag(std::string_view version);  // W/"v0f1e…", of a view
// W/"3" or "3"; nothing for anything else.
std::optional<std::uint32_t> parse_etag(std::string_view text);
// Of either kind: "3", "v0f1e…"; nothing for what is no entity tag of an id.
std::optional<std::string> version_in_etag(std::string_view text);

}  // namespace handoff::rest
