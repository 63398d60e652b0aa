// The media types that are served (R4 "http", content types and encodings): only JSON. XML is refused with a
// clear answer.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/result.h"
#include "rest/http/interaction.h"

namespace handoff::rest {

// _format overrides Accept. Problem: unsupported (406), if the one that counts does not allow FHIR's JSON in
// version 4.0.
Result<void> check_accept(const Call& call);

// Problem: unsupported (415), if Content-Type is not FHIR's JSON in UTF-8.
Result<void> check_content_type(const Call& call);

// Problem: incorrect, naming the first query parameter that is not served here. _format is served everywhere.
Result<void> check_query(const Call& call);

// Is `header` this media type? Parameters are ignored.
bool is_media_type(std::string_view header, std::string_view type);

}  // namespace handoff::rest
