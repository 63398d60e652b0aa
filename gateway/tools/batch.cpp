#include "tools/batch.h"

#include <fmt/format.h>

#include <istream>
#include <ostream>

namespace handoff::gateway {
namespace {

json::Member unreadable(json::Arena& arena, const std::string& why) {
  return batch_error(arena, {.message = why});
}

std::string answer_line(const std::string& line, const BatchAnswer& answer) {
  auto parsed = json::parse(line);
  json::Document document = parsed ? std::move(*parsed) : json::Document();
  json::Arena& arena = document.arena();
  const json::Value request = document.root();
  json::Value id = request["id"];
  if (!id.is_string() && !id.is_number()) id = json::Arena::null();
  const json::Member rest = !parsed ? unreadable(arena, "not JSON: " + parsed.error().summary())
                            : !request.is_object() ? unreadable(arena, "a request must be a JSON object")
                                                   : answer(arena, request);
  const json::Member members[] = {{"id", id}, rest};
  return json::write(arena.object_of(members));
}

}  // namespace

json::Member batch_error(json::Arena& arena, const BatchError& error) {
  const json::Member members[] = {
      {"kind", arena.string(error.kind)},
      {"message", arena.string(error.message)},
      {"position", error.position ? arena.integer((long long)(*error.position)) : json::Value()}};
  return {"error", arena.object_of(std::span(members).first(error.position ? 3 : 2))};
}

int run_batch(std::istream& in, std::ostream& out, const BatchAnswer& answer) {
  for (std::string line; std::getline(in, line);) {
    // Flushed, because a client may send one line and wait for its answer.
    out << answer_line(line, answer) << '\n' << std::flush;
    if (!out) return 1;
  }
  return 0;
}

}  // namespace handoff::gateway
