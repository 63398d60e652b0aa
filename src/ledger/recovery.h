// What the ledger's journal (journal.h) left beside a store's file and the ledger does not have yet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "ledger/segment.h"

namespace handoff::ledger {

// The setting of a store that names the last segment that stands in its ledger.
inline constexpr const char* folded_setting = "ledger_journal_folded";

std::vector<std::filesystem::path> journal_files(const std::filesystem::path& store_file);
// What was put aside because it could not be read whole; a person must look.
std::vector<std::filesystem::path> unread_files(const std::filesystem::path& store_file);
void put_aside(const std::filesystem::path& journal_file, const std::filesystem::path& store_file);

// Those with a greater number than `folded`, in their order. Where a journal is being written, what is told is what its files held
// one after the other.
std::vector<SegmentContent> segments_after(std::uint64_t folded, const std::filesystem::path& store_file, std::string_view key);

// The same beside a read of the store that `begin` begins, anew each time it is called: together they are all that was
// recorded when it began. Both functions give the last segment that stands in the ledger: of that read, and now.
// Throws store::StoreFailure where the journal changes whenever it is read.
using Folded = std::function<std::uint64_t()>;
std::vector<SegmentContent> journal_beside(const Folded& begin, const Folded& now, const std::filesystem::path& store_file,
                                           std::string_view key);

}  // namespace handoff::ledger
