// What the ledger's journal (ledger_journal.h) left beside a store's file and the ledger does not have yet. Inside the store only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "store/ledger_segment.h"
#include "store/sqlite.h"

namespace handoff::store {

// The setting that names the last segment that stands in the ledger.
inline constexpr const char* folded_setting = "ledger_journal_folded";
std::uint64_t folded_segment(const Connection& connection);

std::vector<std::filesystem::path> journal_files(const std::filesystem::path& store_file);
// What was put aside because it could not be read whole; a person must look.
std::vector<std::filesystem::path> unread_files(const std::filesystem::path& store_file);
void put_aside(const std::filesystem::path& journal_file, const std::filesystem::path& store_file);

// Those with a greater number than `folded`, in their order. Where a journal is being written, what is told is what its files held
// one after the other.
std::vector<SegmentContent> segments_after(std::uint64_t folded, const std::filesystem::path& store_file, std::string_view key);

// The same beside a read of the store that `begin` begins, anew each time it is called: together they are all that was recorded when it
// began. Throws StoreFailure where the journal changes whenever it is read.
std::vector<SegmentContent> journal_beside(const std::function<const Connection&()>& begin, const std::filesystem::path& store_file,
                                           std::string_view key);

}  // namespace handoff::store
