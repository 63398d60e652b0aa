#include "ledger/recipient.h"

namespace handoff::ledger {
namespace {

// Members of the entry itself: a quotation mark inside a text has a backslash before it, so none of these stands in one. References
// hold nothing that JSON escapes.
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
