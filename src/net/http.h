// HTTP requests and responses without a library's types (RFC 9110).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/deadline.h"
#include "core/result.h"
#include "core/text.h"

namespace handoff::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // as it arrived: path and query, percent-encoded
  Headers headers;
  std::string body;
  std::string peer = {};   // the sender's numeric address; empty: no sender
  Deadline deadline = {};  // an answer is useful until then
  // First header of that name, in any case of letters. Null if there is none.
  const std::string* find(std::string_view name) const;
  // The same. Empty if there is none.
  std::string_view header(std::string_view name) const;
};

// The rest of a long body. It is made piece by piece, when the piece before is sent.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Gives the next piece by calling `take` once, from any thread. An empty piece is the end. Problem: the
  // body cannot go on. The connection is then cut, so that the receiver does not take the body for whole.
  using Take = std::function<void(Result<std::string>)>;
  virtual void next(Take take) = 0;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<BodySource> rest = {};  // what follows `body`; null: nothing
  std::shared_ptr<void> held = {};        // the answer's share of a limit; freed when it is sent or given up
};

// Called once, from any thread.
using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

// What a request may send. It is decided from the head, before any of the body is read.
struct Reception {
  std::optional<Response> refusal = {};  // the last answer of the connection
  std::size_t body_bytes_max = 0;
  bool has_token = false;  // without a token, bodies count against the smaller limit of their address
};

// "%41" → "A", and "+" → " " with `form`. Nothing if an escape is malformed.
std::optional<std::string> percent_decode(std::string_view text, bool form = false);
using handoff::percent_encode;

// Reads application/x-www-form-urlencoded as pairs, in order. Nothing if it is malformed.
std::optional<Headers> parse_form(std::string_view text);

std::string_view reason_phrase(unsigned status);
using handoff::equal_ignoring_case;

}  // namespace handoff::net
