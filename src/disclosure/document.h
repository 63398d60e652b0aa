// The aftercare document (R4 "documents"): a Bundle of type document. It holds what its recipient is
// permitted, with the redisclosure notice, the consents and the marks. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "fhir/record.h"
#include "json/value.h"
#include "routing/event.h"

namespace handoff::disclosure {

// Everything as the recipient may have it. Absent parts are left out.
struct DocumentParts {
  routing::Aftercare aftercare;
  json::Value patient;
  std::vector<json::Value> consents;  // the consents relied on
  std::string base;                   // "https://host/fhir": prefix of all fullUrls
  std::string identifier;             // urn:uuid:…, the same for every attempt
  Instant timestamp;
};

// `record` provides the organizations that the parts name.
json::Value compose_aftercare(json::Arena& arena, const DocumentParts& parts, fhir::RecordReader& record);

}  // namespace handoff::disclosure
