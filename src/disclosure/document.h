// The aftercare document (R4 "documents"): a Bundle of type document, composed for its recipient from what it is permitted,
// with the redisclosure notice, the consent and the marks. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "fhir/record.h"
#include "json/value.h"
#include "routing/event.h"

namespace handoff::disclosure {

struct DocumentParts {
  routing::Aftercare aftercare;
  std::vector<json::Value> consents;  // those relied on
  std::string base;                   // "https://host/fhir": fullUrls stand under it
  std::string identifier;             // urn:uuid:…, the same for every attempt
  Instant timestamp;
};

struct Document {
  json::Value bundle;
  std::vector<std::string> resources;  // "Type/id/_history/version" of everything in it
};

Document compose_aftercare(json::Arena& arena, const DocumentParts& parts, fhir::RecordReader& record);

}  // namespace handoff::disclosure
