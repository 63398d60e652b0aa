// A resource as it is stored and sent: both are the same bytes (README.md). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::admission {

// The order is resourceType, id, meta with version and time first, then the rest as it came. The store writes
// the time when it commits.
struct Canonical {
  std::string body;
  std::size_t updated_offset = 0;  // where the time is in it
};
Canonical canonical(json::Value resource, std::string_view id, std::uint32_t version);

// The resource without the parts of meta that the store sets. It shows if anything else changed.
json::Value bare(json::Arena& arena, json::Value resource);

}  // namespace handoff::admission
