// Links from a resource to others by address, and their replacement (R4 "http", transaction, replacing
// references).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/definitions.h"
#include "json/value.h"

namespace handoff::fhir {

// What a link becomes. Nothing: it stays. An empty function changes nothing.
using Relink = std::function<std::optional<std::string>(std::string_view link)>;

struct Relinking {
  Relink reference;  // of Reference.reference
  Relink address;    // of uri, url, oid and uuid elements, and of href and src in the narrative
};

// The resource with its links replaced. Canonicals and strings stay: they name no entry. So do elements that
// R4 does not define. Depth is bounded by the parser's limit.
json::Value relink(json::Arena& arena, json::Value resource, const Definitions& definitions,
                   const Relinking& links);

}  // namespace handoff::fhir
