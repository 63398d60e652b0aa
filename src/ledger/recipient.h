// Reads from a ledger entry whose record went to which recipient, as text. Only entries of disclosures have
// that. disclosure/ledger_entry.cpp writes the entries, and the store reads nothing else of them. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace handoff::ledger {

struct LedgerRecipient {
  std::string_view patient;    // "Patient/abc"
  std::string_view recipient;  // "Organization/ORG-PCP1"
  auto operator<=>(const LedgerRecipient&) const = default;
};

// The result points into the text. Nothing for another kind of entry.
std::optional<LedgerRecipient> recipient_of(std::string_view entry);

}  // namespace handoff::ledger
