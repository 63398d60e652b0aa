// A resource as it may leave, and why it may. A view makes it (view.h).
#pragma once

#include <string>
#include <string_view>

#include "consent/verdict.h"
#include "core/clock.h"
#include "fhir/resource_id.h"
#include "json/writer.h"

namespace handoff::disclosure {

struct Released {
  // The resource is either a value, which lives as long as the view, or the stored bytes, which live as long
  // as the version that was released.
  json::Value resource = {};
  std::string_view stored = {};
  bool deleted = false;  // a version without content: only the custodian sees it
  consent::RowDecision decision = {};
  fhir::Reference patient = {};  // empty if the resource belongs to nobody
  std::string scope = {};        // what the consents relied on cover, in words; empty if none was needed
  std::string version = {};      // of the resource; if the view is a part by nature, of the view
  // Since when the resource has looked as it is shown. It is never before the recipient's last gain for the
  // patient.
  Instant updated = {};
  // For ETag: the version. If a change of consents may have changed what is shown, the instant of that change
  // follows.
  std::string tag = {};
  bool is_part = false;
};

// Writes the resource.
inline void write(const Released& released, json::Writer& writer) {
  if (released.resource) writer.value(released.resource);
  else writer.raw(released.stored);
}

// One resource that leaves.
struct Leaving {
  std::string reference;  // with its version: "CarePlan/abc/_history/2"
  const Released* released = nullptr;
};

}  // namespace handoff::disclosure
