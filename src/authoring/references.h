// References within the entries of one request (R4 "http", transaction, replacing references; "references",
// conditional references).
#pragma once

#include <vector>

#include "authoring/write.h"

namespace handoff::authoring {

// For the entry with the same index. `found`: the entry is not written, because its condition found this
// resource.
struct Resolved {
  std::optional<store::Version> found;
};

// References and other links (fhir/links.h) to the fullUrl of an entry become Type/id. A reference
// "Type?identifier=system|value", also below this server's base, becomes the one resource that it finds.
// Problem: incorrect (a urn: that no entry has), precondition (it finds none or several), forbidden (no scope
// to search), at the reference.
Result<void> resolve_references(json::Arena& arena, std::vector<Entry>& entries,
                                const std::vector<Resolved>& resolved, const Author& author);

}  // namespace handoff::authoring
