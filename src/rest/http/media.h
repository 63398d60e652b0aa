// The media types that are served (R4 "http", content types and encodings): only JSON. XML is refused with a
// clear answer.
#pragma once

#include <string_view>

#include "core/result.h"
#include "rest/http/interaction.h"

namespace handoff::rest {

// _format overrides Accept. Problem: unsupported (406), if the one that counts does not allow FHIR's JSON in
// version 4.0.
Result<void> check_accept(const Call& call);

// Problem: unsupported (415), if Content-Type is not FHIR's JSON in UTF-8.
Result<void> check_content_type(const Call& call);

// Is it a parameter that every interaction takes (R4 "http", general parameters): _format or _pretty?
bool is_general(std::string_view parameter);

// Does the call ask for the content of a Binary and not for the resource (R4 "binary", RESTful)? Its Accept
// then names neither JSON nor everything.
bool wants_content(const Call& call);
// Problem: unsupported (406), if Accept allows another media type only.
Result<void> check_content_accepted(const Call& call, std::string_view type);

// Does the call ask for JSON with line breaks? Problem: incorrect, naming _pretty.
Result<bool> wants_pretty(const Call& call);

// Can the answer be indented? Not if it is long, is sent in pieces, is packed, or is no JSON.
bool can_indent(const net::Response& response);
void indent(net::Response& response);

// Problem: incorrect, naming the first query parameter that is not served here. General ones are.
Result<void> check_query(const Call& call);

// Is `header` this media type? Parameters are ignored.
bool is_media_type(std::string_view header, std::string_view type);

}  // namespace handoff::rest
