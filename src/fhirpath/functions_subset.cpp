// Subsetting and combining (FHIRPath 2.0 sections 5.3, 5.4).
#include <algorithm>

#include "fhirpath/comparison.h"
#include "fhirpath/functions.h"

namespace handoff::fhirpath {
namespace {

bool single(const Call& call) {
  if (call.input.size() > 1) return call.fail("single() found several items");
  return call.input.empty() || call.give(call.input[0]);
}

bool first(const Call& call) { return call.input.empty() || call.give(call.input.front()); }
bool last(const Call& call) { return call.input.empty() || call.give(call.input.back()); }

// Items [from, to), limited to those that exist.
bool slice(const Call& call, std::int64_t from, std::int64_t to) {
  const auto size = std::int64_t(call.input.size());
  from = std::clamp<std::int64_t>(from, 0, size);
  to = std::clamp<std::int64_t>(to, from, size);
  call.out.insert(call.out.end(), call.input.begin() + from, call.input.begin() + to);
  return true;
}

bool tail(const Call& call) { return slice(call, 1, std::int64_t(call.input.size())); }

bool skip(const Call& call) {
  std::int64_t count = 0;
  if (!argument_integer(call, 0, count)) return nothing(call);
  return slice(call, count, std::int64_t(call.input.size()));
}

bool take(const Call& call) {
  std::int64_t count = 0;
  if (!argument_integer(call, 0, count)) return nothing(call);
  return slice(call, 0, count);
}

bool intersect(const Call& call) {
  Scratch other(call.state), result(call.state);
  if (!call.argument(0, *other)) return false;
  for (const Item& item : call.input) {
    if (!call.spend(other->size() + result->size())) return false;
    if (holds(*other, item)) append_distinct(*result, item);
  }
  call.out.insert(call.out.end(), result->begin(), result->end());
  return true;
}

bool exclude(const Call& call) {
  Scratch other(call.state);
  if (!call.argument(0, *other)) return false;
  for (const Item& item : call.input) {
    if (!call.spend(other->size())) return false;
    if (!holds(*other, item)) call.out.push_back(item);
  }
  return true;
}

bool combine(const Call& call) {
  call.out.insert(call.out.end(), call.input.begin(), call.input.end());
  return call.argument(0, call.out);
}

bool unite(const Call& call) {
  Scratch all(call.state), result(call.state);
  *all = call.input;
  if (!call.argument(0, *all)) return false;
  for (const Item& item : *all) {
    if (!call.spend(result->size())) return false;
    append_distinct(*result, item);
  }
  call.out.insert(call.out.end(), result->begin(), result->end());
  return true;
}

constexpr auto any = Takes::anything;
constexpr auto ordered = Takes::ordered;
constexpr Builtin table[] = {
    {"single", 0, 0, 0, any, Gives::input_item, single},
    {"first", 0, 0, 0, ordered, Gives::input_item, first},
    {"last", 0, 0, 0, ordered, Gives::input_item, last},
    {"tail", 0, 0, 0, ordered, Gives::input, tail},
    {"skip", 1, 1, 0, ordered, Gives::input, skip},
    {"take", 1, 1, 0, ordered, Gives::input, take},
    {"intersect", 1, 1, 0, any, Gives::input, intersect},
    {"exclude", 1, 1, 0, any, Gives::input, exclude},
    {"combine", 1, 1, 0, any, Gives::input_and_argument, combine},
    {"union", 1, 1, 0, any, Gives::input_and_argument, unite},
};

}  // namespace

std::span<const Builtin> subset_functions() { return table; }

}  // namespace handoff::fhirpath
