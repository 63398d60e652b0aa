// Dates in HTTP headers (RFC 9110, section 5.6.7: IMF-fixdate) and entity tags of versions (R4 "http",
// versioning).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "authoring/write.h"
#include "core/clock.h"

namespace handoff::rest {

std::string format_http_date(Instant instant);  // "Sun, 30 Jun 2024 12:00:00 GMT", rounded down to a second
// Last-Modified of something that changed at `updated`. A whole second has only one value to those who heard
// it later (RFC 9110, section 8.8.2.2): rounded up, or rounded down as long as that second is not over.
std::string format_last_modified(Instant updated, Instant now);
// Has it not changed since? `since` is a Last-Modified that was sent.
bool is_unmodified_since(Instant updated, Instant since);
std::optional<Instant> parse_http_date(std::string_view text);

std::string format_etag(std::uint32_t version);     // W/"3"
std::string format_etag(std::string_view version);  // W/"v0f1e…", for a view
// The tags of a list, for If-Match: W/"3", W/"v0f1e…", or *. Nothing for any other text.
std::optional<authoring::IfMatch> parse_if_match(std::string_view text);
// Both kinds: "3", "v0f1e…". Nothing if the text is no entity tag of an id.
std::optional<std::string> version_in_etag(std::string_view text);

}  // namespace handoff::rest
