// What an HTTP exchange is here, without a library's types: requests in, responses out (RFC 9110).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/deadline.h"
#include "core/text.h"

namespace handoff::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // as it arrived: path and query, percent-encoded
  Headers headers;
  std::string body;
  std::string peer = {};   // numeric address of whoever sent it; empty: nobody did
  Deadline deadline = {};  // until when an answer is worth making
  // First header of that name, without regard to case; null if there is none.
  const std::string* find(std::string_view name) const;
  // The same; empty if there is none.
  std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<void> held = {};  // what the answer takes of a limit: given back when it was sent, or is given up
};

// Called once, from any thread.
using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

// What a request may bring, judged by its head before any of its body is read.
struct Reception {
  std::optional<Response> refusal = {};  // the last answer of the connection
  std::size_t body_bytes_max = 0;
  bool has_token = false;  // without one, bodies count against the smaller limit of their address
};

// "%41" → "A", and "+" → " " with `form`. Nothing where an escape is malformed.
std::optional<std::string> percent_decode(std::string_view text, bool form = false);
using handoff::percent_encode;

// application/x-www-form-urlencoded into pairs, in order; nothing if malformed.
std::optional<Headers> parse_form(std::string_view text);

std::string_view reason_phrase(unsigned status);
using handoff::equal_ignoring_case;

}  // namespace handoff::net
