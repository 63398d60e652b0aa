// The aftercare document (R4 "documents"): a Bundle of type document, composed for its recipient from what it is permitted,
// with the redisclosure notice, the consent and the marks. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "fhir/record.h"
#include "json/value.h"
#include "routing/event.h"

namespace handoff::disclosure {

// Everything as its recipient may have it; what is absent is left out.
struct DocumentParts {
  routing::Aftercare aftercare;
  json::Value patient;
  std::vector<json::Value> consents;  // those relied on
  std::string base;                   // "https://host/fhir": fullUrls stand under it
  std::string identifier;             // urn:uuid:…, the same for every attempt
  Instant timestamp;
};

// `record` gives the organizations that the parts name.
json::Value compose_aftercare(json::Arena& arena, const DocumentParts& parts, fhir::RecordReader& record);

}  // namespace handoff::disclosure
