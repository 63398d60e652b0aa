// JSON lines in, JSON lines out: the surface of the commands that take `--batch`. One answer for each line, in the same order;
// what a line holds never ends the batch.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "json/document.h"

namespace handoff::gateway {

// What goes wrong with one line: {"kind", "message"} and, where there is one, "position".
struct BatchError {
  std::string kind = "request";  // the line itself is no request
  std::string message;
  std::optional<std::size_t> position = {};
};

// The member that stands beside "id" in the answer to one request (always an object), made in the request's arena.
using BatchAnswer = std::function<json::Member(json::Arena& arena, json::Value request)>;
// Returns 0, whatever the lines held; 1 if the answers cannot be written.
int run_batch(std::istream& in, std::ostream& out, const BatchAnswer& answer);

json::Member batch_error(json::Arena& arena, const BatchError& error);

}  // namespace handoff::gateway
