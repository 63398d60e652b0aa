#include "ledger/recipient.h"

namespace handoff::ledger {
namespace {

// These are members of the entry itself. They cannot be part of a text, because JSON puts a backslash before
// a quotation mark in a text. References contain no character that JSON escapes.
std::string_view text_of(std::string_view entry, std::string_view member) {
  const auto at = entry.find(member);
  if (at == entry.npos) return {};
  const std::string_view rest = entry.substr(at + member.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

std::optional<LedgerRecipient> recipient_of(std::string_view entry) {
  if (!entry.starts_with(R"({"kind":"disclosure",)")) return std::nullopt;
  const LedgerRecipient found{text_of(entry, R"(,"patient":")"), text_of(entry, R"(,"recipient":")")};
  if (found.patient.empty() || found.recipient.empty()) return std::nullopt;
  return found;
}

}  // namespace handoff::ledger
