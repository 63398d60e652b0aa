// What an HTTP exchange is here, without a library's types: requests in, responses out (RFC 9110).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text.h"

namespace handoff::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // as it arrived: path and query, percent-encoded
  Headers headers;
  std::string body;
  // First header of that name, without regard to case; empty if there is none.
  std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
};

// Called once, from any thread.
using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

// "%41" → "A", and "+" → " " with `form`. Nothing where an escape is malformed.
std::optional<std::string> percent_decode(std::string_view text, bool form = false);
using handoff::percent_encode;

// application/x-www-form-urlencoded into pairs, in order; nothing if malformed.
std::optional<Headers> parse_form(std::string_view text);

std::string_view reason_phrase(unsigned status);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace handoff::net
