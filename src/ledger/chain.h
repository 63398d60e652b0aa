// The chain of the ledger's entries: each entry's seal covers the seal before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace handoff::ledger {

// The seal: a keyed digest (HMAC-SHA-256) over the previous seal, the entry's time and the entry.
std::string seal_of(std::string_view key, std::string_view previous_seal, std::int64_t at_ms,
                    std::string_view entry);

}  // namespace handoff::ledger
