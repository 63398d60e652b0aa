// A decision in words, for readers who are entitled to it: the auditor's console, and the reason stored with
// an outbox row. Only decide_row() decides. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "consent/verdict.h"

namespace handoff::consent {

struct Explanation {
  bool permit = false;
  // Business number of the consent that permitted, or of the one that fell short. Empty: none.
  std::string consent;
  std::string reason;              // "covered by consent CN-1", "consent expired on 2024-03-01", …
  std::vector<std::string> basis;  // consents relied on, with version: "Consent/abc/_history/2"
};

// `asker.discloser` is ignored: all disclosers of the row are considered.
Explanation explain(const Asker& asker, const Row& row, std::span<const Directive> directives);

}  // namespace handoff::consent
