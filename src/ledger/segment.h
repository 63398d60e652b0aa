// One file of the ledger's journal: groups of entries, each under a keyed digest over the group before it. What a crash tore,
// and everything behind it, does not fit and is not read: nobody was told that it is there.
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
  // Takes a file over, or makes it; whatever stands in it is overwritten. Numbers rise from segment to segment and are never
  // used again. Throws StoreFailure.
  LedgerSegment(std::filesystem::path file, std::uint64_t number, std::string_view key);
  ~LedgerSegment();
  LedgerSegment(const LedgerSegment&) = delete;
  LedgerSegment& operator=(const LedgerSegment&) = delete;

  // On disk when it returns. Throws StoreFailure; then nothing more must be appended: what is on disk is not known.
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

// What a segment's file holds, up to the first group that does not fit.
struct SegmentContent {
  std::uint64_t number = 0;  // 0: nothing
  std::vector<store::JournaledEntry> entries;
  // More stands in it than a crash can have torn: groups behind the one that does not fit, or none that fits at all. Somebody may have
  // been told that they are there.
  bool is_damaged = false;
};
SegmentContent read_segment(const std::filesystem::path& file, std::string_view key);

}  // namespace handoff::ledger
