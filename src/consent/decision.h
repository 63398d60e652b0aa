// May this recipient have this document, on this day? The first form of the decision, all or nothing: until a document is
// composed resource by resource, it counts as holding anything that a vendor records, so a consent must cover general,
// mental-health and substance-use content (the last under 42 CFR Part 2), and HIV where the document speaks of it. Pure: no clock, no
// order.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "consent/directive.h"

namespace handoff::consent {

struct DocumentRequest {
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string discloser;  // "Organization/ORG-ADV"
  std::string purpose;    // "TREAT"
  Instant at;
  bool holds_hiv = false;
};

struct Decision {
  bool permit = false;
  std::string consent;             // business number of the consent that decided; empty where nobody asked
  std::string reason;              // one sentence for those entitled to it
  std::vector<std::string> basis;  // references of the consents relied on, with version: "Consent/abc/_history/2"
};

Decision decide_document(const DocumentRequest& request, std::span<const Directive> directives);

}  // namespace handoff::consent
