// Finds entries that the ledger's journal (journal.h) left beside a store's file and that are not in the
// ledger yet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "ledger/segment.h"

namespace handoff::ledger {

// The store's setting with the number of the last segment in its ledger.
inline constexpr const char* folded_setting = "ledger_journal_folded";

std::vector<std::filesystem::path> journal_files(const std::filesystem::path& store_file);
// Files that were put aside because they could not be read whole. A person must look at them.
std::vector<std::filesystem::path> unread_files(const std::filesystem::path& store_file);
void put_aside(const std::filesystem::path& journal_file, const std::filesystem::path& store_file);

// The segments with a greater number than `folded`, in their order. If a journal is being written meanwhile,
// its files are read one after the other, at different times.
std::vector<SegmentContent> segments_after(std::uint64_t folded, const std::filesystem::path& store_file,
                                           std::string_view key);

// The same for a read of the store, which `begin` begins again at each call. The read and the result together
// have everything that was recorded when the read began. Both functions return the last segment in the
// ledger: `begin` that of the read, `now` the current one. Throws store::StoreFailure if the journal changes
// during every attempt.
using Folded = std::function<std::uint64_t()>;
std::vector<SegmentContent> journal_beside(const Folded& begin, const Folded& now,
                                           const std::filesystem::path& store_file, std::string_view key);

}  // namespace handoff::ledger
