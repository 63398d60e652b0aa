#include "admission/texts.h"

#include "narrative/narrative.h"

namespace handoff::admission {
namespace {

using json::Value;

// A client that sends back what it read sends the text of the earlier version.
bool is_ours(Value resource, const TextOf& of) {
  if (of.narrates && of.amends && resource["text"]["status"].text() == "generated") return true;
  const bool is_as_before = of.previous && json::equal(resource["text"], of.previous["text"]);
  return narrative::has_own_text(is_as_before ? of.previous : resource);
}

}  // namespace

Value with_current_text(json::Arena& arena, Value resource, const TextOf& of) {
  if (!narrative::tells(resource["resourceType"].text())) return resource;
  const bool writes = resource["text"] ? is_ours(resource, of) : of.narrates;
  return writes ? narrative::with_text(arena, resource) : resource;
}

}  // namespace handoff::admission
