// Failures as answers (R4 "operationoutcome", "http"). A Problem becomes an OperationOutcome, and its kind
// becomes an HTTP status. This happens only here.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/text.h"
#include "net/http.h"

namespace handoff::rest {

inline constexpr std::string_view fhir_json = "application/fhir+json; charset=utf-8";

// Parts of the request, as `expression` of an Issue names them (R4: "http." and the name of the header or
// parameter).
inline constexpr std::string_view at_content_type = "http.Content-Type";
inline constexpr std::string_view at_content_encoding = "http.Content-Encoding";
inline constexpr std::string_view at_accept = "http.Accept";
inline constexpr std::string_view at_accept_encoding = "http.Accept-Encoding";
inline constexpr std::string_view at_format = "http._format";
inline constexpr std::string_view at_method = "http.method";
inline constexpr std::string_view at_path = "http.path";

// The place of an unsupported problem decides its status: 415 for a media type or coding of the body, 406 for
// a form of answer, 405 for a method, otherwise 400. A limit on lengths is 413.
unsigned status_of(const Problem& problem);

// An OperationOutcome as JSON. A fault never explains itself.
std::string outcome_of(const Problem& problem);

// For a request that was stopped, or not begun, because its deadline had passed.
Problem time_over();

// Status, outcome, and the headers that the status demands.
net::Response failure(const Problem& problem);

}  // namespace handoff::rest
