// Whose record went to whom by a ledger entry, as text: of an entry that tells of a disclosure, and only of such. The entries are
// disclosure/ledger_entry.cpp's; the store reads nothing else of them. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace handoff::ledger {

struct LedgerRecipient {
  std::string_view patient;    // "Patient/abc"
  std::string_view recipient;  // "Organization/ORG-PCP1"
  auto operator<=>(const LedgerRecipient&) const = default;
};

// Lives as long as the text. Nothing: another kind of entry.
std::optional<LedgerRecipient> recipient_of(std::string_view entry);

}  // namespace handoff::ledger
