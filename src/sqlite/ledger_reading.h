// Reads the ledger of a SQLite store, together with the journal beside it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ledger/recovery.h"
#include "sqlite/connection.h"
#include "store/ledger.h"

namespace handoff::sqlite {

// The number of the last journal segment that is in the ledger.
std::uint64_t folded_segment(const Connection& connection);

// ledger::journal_beside() for a read of this file. `begin` begins the read and returns the last segment that
// is folded in it. Throws StoreFailure.
std::vector<ledger::SegmentContent> journal_beside(const ledger::Folded& begin,
                                                   const std::filesystem::path& file, std::string_view key);

// Reads the ledger of a store's file and changes nothing. Another process may write it meanwhile. `key` is
// the ledger's key, and the journal is read with it. Problem: not_found, unavailable, precondition (another
// schema).
Result<std::unique_ptr<LedgerReading>> read_ledger(const std::filesystem::path& file, const std::string& key);

}  // namespace handoff::sqlite
