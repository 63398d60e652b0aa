// Ledger entries of reads and searches, which belong to no write. They are appended to a file, many with one
// sync, and folded into the ledger later. An entry is on disk when its `done` is called. README.md has the
// reasons.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "ledger/recipient.h"
#include "ledger/segment.h"
#include "store/store.h"

namespace handoff::ledger {

// Any thread may call all functions.
class LedgerJournal {
 public:
  // Writes to the store. It may be called until the journal is destroyed.
  using Commit = std::function<void(store::Batch, store::Store::Done)>;
  // Folds what an earlier run left, then accepts entries. `folded`: the last segment that is in the ledger.
  // Throws store::StoreFailure.
  LedgerJournal(std::filesystem::path store_file, std::string key, const Clock& clock, Commit commit,
                std::uint64_t folded);
  ~LedgerJournal();  // folds all entries; then no file is left

  // `done` is called on the journal's thread and must not wait for another entry.
  void record(std::vector<std::string> entries, store::Store::Recorded done);

  // True if the journal has an entry of this disclosure. The ledger may not have it yet.
  bool holds(const LedgerRecipient& recipient) const;

  struct Unfolded {
    std::filesystem::path file;
    std::uint64_t number = 0;
    std::size_t entries = 0;
  };
  // The recorded segments that may not be in the ledger yet.
  std::vector<Unfolded> unfolded() const;

 private:
  struct Request {
    std::vector<std::string> entries;
    store::Store::Recorded done;
  };
  struct Held {  // a segment until it is folded
    std::unique_ptr<LedgerSegment> segment;
    std::vector<store::JournaledEntry> entries;
    std::chrono::steady_clock::time_point begun;
    bool closed = false, folding = false;
  };

  void recover(std::uint64_t folded);
  void run();
  void append(std::vector<Request>& group);
  LedgerSegment& open_segment();
  void close_due();
  void fold_closed();
  void fold_rest();
  void fold_ended(bool succeeded);
  std::filesystem::path next_file();

  const std::filesystem::path store_file_;
  const std::string key_;
  const Clock& clock_;
  const Commit commit_;
  std::uint64_t last_number_ = 0;
  Instant now_;  // never goes back

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Request> waiting_;
  std::deque<Held> held_;  // oldest first; the last may be open
  std::vector<std::filesystem::path> free_files_;
  std::size_t files_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace handoff::ledger
