// Which media types are spoken (R4 "http", content types and encodings): JSON. XML gets an honest refusal.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/result.h"
#include "rest/http/interaction.h"

namespace handoff::rest {

// Problem: unsupported (406), if neither Accept nor _format, which goes before it, allows FHIR's JSON in version 4.0.
Result<void> check_accept(const Call& call);

// Problem: unsupported (415), if the body is not said to be FHIR's JSON in UTF-8.
Result<void> check_content_type(const Call& call);

// Problem: incorrect, naming the first query parameter that is not served here; _format is everywhere.
Result<void> check_query(const Call& call);

// Is `header` this media type, without regard to parameters?
bool is_media_type(std::string_view header, std::string_view type);

}  // namespace handoff::rest
