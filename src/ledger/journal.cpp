#include "ledger/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "core/boundary.h"
#include "core/limits.h"
#include "core/log.h"
#include "core/thread.h"
#include "ledger/recovery.h"
#include "store/failure.h"

namespace handoff::ledger {
namespace {

using SteadyClock = std::chrono::steady_clock;

store::Batch fold_batch(std::vector<store::JournaledEntry> entries, std::uint64_t number) {
  store::Batch batch;
  batch.journaled = std::move(entries);
  batch.settings.emplace_back(folded_setting, std::to_string(number));
  return batch;
}

}  // namespace

LedgerJournal::LedgerJournal(std::filesystem::path store_file, std::string key, const Clock& clock,
                             Commit commit, std::uint64_t folded)
    : store_file_(std::move(store_file)),
      key_(std::move(key)),
      clock_(clock),
      commit_(std::move(commit)),
      last_number_(folded) {
  recover(folded);
  thread_ = start_thread("store: the ledger's journal", [this] { run(); });
}

// Folds what an earlier run did not finish: in the order of the segments, each once. Some files cannot be
// read whole. They are damaged, have another key, or lost power during their first group. They are put aside,
// so that the unread part is neither trusted nor lost.
void LedgerJournal::recover(std::uint64_t folded) {
  for (SegmentContent& content : segments_after(folded, store_file_, key_)) {
    log::info(fmt::format("store: {} ledger entries of an earlier run are folded", content.entries.size()));
    last_number_ = content.number;
    std::promise<Result<store::Committed>> promise;
    auto written = promise.get_future();
    commit_(fold_batch(std::move(content.entries), content.number),
            [&promise](Result<store::Committed> result) { promise.set_value(std::move(result)); });
    if (const auto result = written.get(); !result)
      throw store::StoreFailure("the ledger's journal could not be folded");
  }
  for (const auto& file : journal_files(store_file_)) {
    const SegmentContent content = read_segment(file, key_);
    if (content.is_damaged && (content.number == 0 || content.number > folded)) put_aside(file, store_file_);
    else std::filesystem::remove(file);
  }
}

LedgerJournal::~LedgerJournal() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (!held_.empty()) return;  // the next start folds it
  std::error_code ignored;
  for (const auto& file : free_files_) std::filesystem::remove(file, ignored);
}

void LedgerJournal::record(std::vector<std::string> entries, store::Store::Recorded done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(entries), std::move(done)});
  }
  wake_.notify_all();
}

bool LedgerJournal::holds(const LedgerRecipient& recipient) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
    return std::any_of(held.entries.begin(), held.entries.end(), [&](const store::JournaledEntry& entry) {
      return recipient_of(entry.text) == recipient;
    });
  });
}

std::vector<LedgerJournal::Unfolded> LedgerJournal::unfolded() const {
  const std::lock_guard lock(mutex_);
  std::vector<Unfolded> all;
  for (const Held& held : held_)
    if (!held.entries.empty())
      all.push_back({held.segment->file(), held.segment->number(), held.entries.size()});
  return all;
}

void LedgerJournal::run() {
  std::vector<Request> group;
  for (bool more = true; more;) {
    group.clear();
    {
      std::unique_lock lock(mutex_);
      const auto asked = [this] { return stopping_ || !waiting_.empty(); };
      if (held_.empty()) wake_.wait(lock, asked);
      else wake_.wait_for(lock, limits::ledger_fold_after, asked);
      group.swap(waiting_);
      more = !stopping_ || !group.empty();
    }
    runs_to_end("store: the ledger's journal goes on after a fault", [&] {
      if (!group.empty()) append(group);
      close_due();
      fold_closed();
    });
  }
  fold_rest();
}

// One write and one sync for the whole group. If the disk fails, no entry of the group is written, and every
// caller gets an error.
void LedgerJournal::append(std::vector<Request>& group) {
  std::vector<std::string> entries;
  for (Request& request : group)
    entries.insert(entries.end(), std::make_move_iterator(request.entries.begin()),
                   std::make_move_iterator(request.entries.end()));
  bool written = false;
  try {
    LedgerSegment& segment = open_segment();
    now_ = std::max(now_, clock_.now());
    segment.append(now_, entries);
    const std::lock_guard lock(mutex_);
    for (std::string& entry : entries) held_.back().entries.push_back({now_, std::move(entry)});
    written = true;
  } catch (...) {
    log_caught(fmt::format("store: {} ledger entries were not written", entries.size()));
    const std::lock_guard lock(mutex_);
    if (!held_.empty()) held_.back().closed = true;
  }
  const auto tell = [written](const Request& request) {
    if (written) request.done({});
    else request.done(problem(Kind::unavailable, "the ledger could not be written; nothing was disclosed"));
  };
  for (const Request& request : group) runs_to_end("store: after a ledger entry", [&] { tell(request); });
}

// The open segment, or a new one.
LedgerSegment& LedgerJournal::open_segment() {
  {
    const std::lock_guard lock(mutex_);
    if (!held_.empty() && !held_.back().closed) return *held_.back().segment;
    if (held_.size() >= limits::ledger_segments_max)
      throw store::StoreFailure("ledger journal: it cannot be folded into the store");
  }
  auto segment = std::make_unique<LedgerSegment>(next_file(), last_number_ + 1, key_);
  ++last_number_;
  const std::lock_guard lock(mutex_);
  held_.push_back({std::move(segment), {}, SteadyClock::now()});
  return *held_.back().segment;
}

std::filesystem::path LedgerJournal::next_file() {
  const std::lock_guard lock(mutex_);
  if (free_files_.empty()) return store_file_.string() + fmt::format("-ledger-{}", files_++);
  auto file = std::move(free_files_.back());
  free_files_.pop_back();
  return file;
}

void LedgerJournal::close_due() {
  const std::lock_guard lock(mutex_);
  if (held_.empty() || held_.back().closed) return;
  Held& open = held_.back();
  open.closed = stopping_ || open.segment->bytes() >= limits::ledger_segment_bytes / 2 ||
                SteadyClock::now() - open.begun >= limits::ledger_fold_after;
}

// Folds the oldest segment if it is closed. Segments are folded one after the other, in their order.
void LedgerJournal::fold_closed() {
  std::uint64_t number = 0;
  std::vector<store::JournaledEntry> entries;
  {
    const std::lock_guard lock(mutex_);
    if (held_.empty() || !held_.front().closed || held_.front().folding) return;
    held_.front().folding = true;
    number = held_.front().segment->number();
    entries = held_.front().entries;  // kept until they are in the ledger
  }
  commit_(fold_batch(std::move(entries), number),
          [this](Result<store::Committed> result) { fold_ended(bool(result)); });
}

// At shutdown. Whatever the writer does not accept is left for the next start.
void LedgerJournal::fold_rest() {
  std::unique_lock lock(mutex_);
  for (std::size_t left = held_.size() + 1; held_.size() < left;) {
    left = held_.size();
    lock.unlock();
    fold_closed();
    lock.lock();
    wake_.wait(lock, [this] { return held_.empty() || !held_.front().folding; });
  }
}

// On the writer's thread.
void LedgerJournal::fold_ended(bool succeeded) {
  const std::lock_guard lock(mutex_);
  held_.front().folding = false;
  if (succeeded) {
    free_files_.push_back(held_.front().segment->file());
    held_.pop_front();
  }
  wake_.notify_all();
}

}  // namespace handoff::ledger
