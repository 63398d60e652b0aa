// The ledger of a SQLite store, and what its journal holds beside it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ledger/recovery.h"
#include "sqlite/connection.h"
#include "store/ledger.h"

namespace handoff::sqlite {

// The last segment of the journal that stands in the ledger.
std::uint64_t folded_segment(const Connection& connection);

// ledger::journal_beside() a read of this file, which `begin` begins; it gives what is folded there. Throws StoreFailure.
std::vector<ledger::SegmentContent> journal_beside(const ledger::Folded& begin, const std::filesystem::path& file,
                                                   std::string_view key);

// Of a store's file, whoever writes it meanwhile; changes nothing. `key` is the ledger's: the journal is read by it.
// Problem: not_found, unavailable, precondition (another schema).
Result<std::unique_ptr<LedgerReading>> read_ledger(const std::filesystem::path& file, const std::string& key);

}  // namespace handoff::sqlite
