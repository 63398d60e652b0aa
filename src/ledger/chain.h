// The chain that the ledger's entries stand in: each entry's seal is made over the seal before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace handoff::ledger {

// A keyed digest (HMAC-SHA-256) over the seal before, the entry's time and the entry.
std::string seal_of(std::string_view key, std::string_view previous_seal, std::int64_t at_ms, std::string_view entry);

}  // namespace handoff::ledger
