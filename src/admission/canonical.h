// A resource as it is stored, and sent: the same bytes (README.md). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::admission {

// resourceType, id, meta with version and time first, the rest in its order. The store writes the time when it commits.
struct Canonical {
  std::string body;
  std::size_t updated_offset = 0;  // where the time stands in it
};
Canonical canonical(json::Value resource, std::string_view id, std::uint32_t version);

// Without what the store sets of meta: did anything else change?
json::Value bare(json::Arena& arena, json::Value resource);

}  // namespace handoff::admission
