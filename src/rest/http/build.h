// Short ways to write JSON objects and arrays in place.
#pragma once

#include <initializer_list>
#include <span>

#include "json/value.h"

namespace handoff::rest {

inline json::Value object(json::Arena& arena, std::initializer_list<json::Member> members) {
  return arena.object(std::span<const json::Member>(members.begin(), members.size()));
}
inline json::Value array(json::Arena& arena, std::initializer_list<json::Value> items) {
  return arena.array(std::span<const json::Value>(items.begin(), items.size()));
}

}  // namespace handoff::rest
