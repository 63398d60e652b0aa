#include "ledger/chain.h"

#include <fmt/format.h>

#include "core/hash.h"

namespace handoff::ledger {

std::string seal_of(std::string_view key, std::string_view previous_seal, std::int64_t at_ms,
                    std::string_view entry) {
  std::string message(previous_seal);
  fmt::format_to(std::back_inserter(message), "{}|{}", at_ms, entry);
  return keyed_digest(key, message);
}

}  // namespace handoff::ledger
