// A decision in words, for those entitled to them: the auditor's console, the reason kept with an outbox row. What is decided
// is decide_row()'s alone. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "consent/verdict.h"

namespace handoff::consent {

struct Explanation {
  bool permit = false;
  std::string consent;             // business number of the consent that permitted, or of the one that fell short; empty: none
  std::string reason;              // "covered by consent CN-1", "consent expired on 2024-03-01", …
  std::vector<std::string> basis;  // consents relied on, with version: "Consent/abc/_history/2"
};

// `asker.discloser` is ignored: all of the row's are asked.
Explanation explain(const Asker& asker, const Row& row, std::span<const Directive> directives);

}  // namespace handoff::consent
