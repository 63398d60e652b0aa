// JSON lines in, JSON lines out: the surface of the commands that take `--batch`. Each line gets one answer,
// in the same order. A bad line never ends the batch.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "json/document.h"

namespace handoff::gateway {

// The error of one line: {"kind", "message"}, and "position" if there is one.
struct BatchError {
  std::string kind = "request";  // the line itself is not a request
  std::string message;
  std::optional<std::size_t> position = {};
};

// Returns the member that stands beside "id" in the answer to one request. The request is always an object;
// the member is made in its arena.
using BatchAnswer = std::function<json::Member(json::Arena& arena, json::Value request)>;
// Returns 0, whatever the lines contain; 1 if the answers cannot be written.
int run_batch(std::istream& in, std::ostream& out, const BatchAnswer& answer);

json::Member batch_error(json::Arena& arena, const BatchError& error);

}  // namespace handoff::gateway
