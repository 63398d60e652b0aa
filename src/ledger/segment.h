// One file of the ledger's journal: groups of entries, each with a keyed digest that covers the group before
// it. A group that a crash tore, and all that follows it, does not fit and is not read. Nobody was told that
// these entries are on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "store/batch.h"

namespace handoff::ledger {

class LedgerSegment {
 public:
  // Takes over a file or creates it, and overwrites its content. Numbers rise from segment to segment and are
  // never reused. Throws StoreFailure.
  LedgerSegment(std::filesystem::path file, std::uint64_t number, std::string_view key);
  ~LedgerSegment();
  LedgerSegment(const LedgerSegment&) = delete;
  LedgerSegment& operator=(const LedgerSegment&) = delete;

  // The entries are on disk when it returns. Throws StoreFailure. Then nothing more may be appended, because
  // the content on disk is unknown.
  void append(Instant at, const std::vector<std::string>& entries);

  const std::filesystem::path& file() const { return file_; }
  std::uint64_t number() const { return number_; }
  std::size_t bytes() const { return bytes_; }

 private:
  const std::filesystem::path file_;
  const std::uint64_t number_;
  const std::string key_;
  int descriptor_ = -1;
  std::size_t bytes_ = 0;
  std::string seal_;  // of the last group
};

// The content of a segment's file, up to the first group that does not fit.
struct SegmentContent {
  std::uint64_t number = 0;  // 0: nothing
  std::vector<store::JournaledEntry> entries;
  // True if a crash cannot explain what does not fit: there are groups after the torn one, or no group fits
  // at all. Somebody may have been told that these entries are on disk.
  bool is_damaged = false;
};
SegmentContent read_segment(const std::filesystem::path& file, std::string_view key);

}  // namespace handoff::ledger
