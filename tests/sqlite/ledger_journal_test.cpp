#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <future>

#include "kept_store.h"
#include "ledger/segment.h"
#include "sqlite/connection.h"
#include "sqlite/engine.h"
#include "store/store.h"
#include "store/verification.h"

namespace handoff::sqlite {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> numbered(int first, int count) {
  std::vector<std::string> entries;
  for (int i = first; i < first + count; ++i) entries.push_back("{\"n\":" + std::to_string(i) + "}");
  return entries;
}

class LedgerJournalTest : public KeptStoreTest {
 protected:
  static Result<void> record(Store& store, std::vector<std::string> entries) {
    std::promise<Result<void>> promise;
    auto recorded = promise.get_future();
    store.record(std::move(entries),
                 [&promise](Result<void> result) { promise.set_value(std::move(result)); });
    return recorded.get();
  }
  std::vector<fs::path> journal_files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_))
      if (entry.path().filename().string().starts_with("handoff.db-ledger-")) files.push_back(entry.path());
    return files;
  }
  std::vector<std::string> ledger() const {
    const Connection connection(folder_ / "handoff.db", true);
    Statement rows(connection, "SELECT entry FROM ledger ORDER BY number");
    std::vector<std::string> entries;
    while (rows.step()) entries.emplace_back(rows.text(0));
    return entries;
  }
  // The state that a process leaves if it dies right after it recorded these, one group each.
  void leave(const std::vector<std::vector<std::string>>& groups, std::uint64_t number = 1) {
    store_.reset();
    ledger::LedgerSegment segment(folder_ / "handoff.db-ledger-0", number, "key");
    for (const auto& group : groups) segment.append(clock_.now(), group);
    end_ = segment.bytes();
  }
  void overwrite(std::size_t place, std::string_view bytes) const {
    std::fstream file(folder_ / "handoff.db-ledger-0", std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(std::streamoff(place));
    file.write(bytes.data(), std::streamsize(bytes.size()));
    ASSERT_TRUE(file.good());
  }

  std::size_t end_ = 0;  // of what leave() wrote
};

TEST_F(LedgerJournalTest, WhatIsRecordedStandsInTheFileAtOnceAndInTheLedgerInTheEnd) {
  ASSERT_TRUE(record(*store_, numbered(1, 2)));
  ASSERT_EQ(journal_files().size(), 1u);
  EXPECT_EQ(*store_->verify_ledger(), 2u);
  Batch batch;
  batch.ledger = numbered(3, 1);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  EXPECT_EQ(*store_->verify_ledger(), 3u);
  open();
  EXPECT_TRUE(journal_files().empty()) << "a store that was closed is whole without them";
  EXPECT_EQ(*store_->verify_ledger(), 3u);
}

TEST_F(LedgerJournalTest, ManyShareASync) {
  constexpr int count = 3000;
  std::vector<std::promise<bool>> done(count);
  for (int i = 0; i < count; ++i)
    store_->record({"{\"n\":" + std::to_string(i) + ",\"text\":\"" + std::string(1000, 'x') + "\"}"},
                   [&done, i](Result<void> result) { done[std::size_t(i)].set_value(result.has_value()); });
  for (auto& each : done) EXPECT_TRUE(each.get_future().get());
  EXPECT_EQ(*store_->verify_ledger(), std::size_t(count));
  open();
  const std::vector<std::string> folded = ledger();
  ASSERT_EQ(folded.size(), std::size_t(count));
  for (int i = 0; i < count; ++i)
    EXPECT_TRUE(folded[std::size_t(i)].starts_with("{\"n\":" + std::to_string(i) + ","))
        << folded[std::size_t(i)];
}

TEST_F(LedgerJournalTest, WhatACrashLeftIsFoldedOnce) {
  leave({numbered(1, 2), numbered(3, 1)});
  open();
  EXPECT_EQ(ledger(), numbered(1, 3));
  leave({numbered(9, 1)}, 1);  // as if the file had not been removed; by its number it is in the ledger
  open();
  EXPECT_EQ(ledger(), numbered(1, 3));
  EXPECT_EQ(*store_->verify_ledger(), 3u);
}

TEST_F(LedgerJournalTest, AGroupThatWasTornIsNotThere) {
  leave({numbered(1, 2)});
  const std::size_t sound = end_;
  leave({numbered(1, 2), numbered(3, 2)});
  for (std::size_t cut = sound; cut < end_; ++cut) {
    leave({numbered(1, 2), numbered(3, 2)});
    fs::resize_file(folder_ / "handoff.db-ledger-0", cut);
    EXPECT_EQ(ledger::read_segment(folder_ / "handoff.db-ledger-0", "key").entries.size(), 2u) << cut;
  }
  overwrite(0, "x");
  EXPECT_TRUE(ledger::read_segment(folder_ / "handoff.db-ledger-0", "key").entries.empty());
  leave({numbered(1, 2), numbered(3, 2)});
  fs::resize_file(folder_ / "handoff.db-ledger-0", end_ - 1);
  open();
  EXPECT_EQ(ledger(), numbered(1, 2));
  ASSERT_TRUE(record(*store_, numbered(5, 1)));
  EXPECT_EQ(*store_->verify_ledger(), 3u);
}

TEST_F(LedgerJournalTest, AFileUsedAgainTellsNothingOfItsFormerNumber) {
  leave({numbered(1, 1), numbered(2, 1), numbered(3, 1)}, 1);
  leave({numbered(4, 1)}, 2);
  const ledger::SegmentContent content = ledger::read_segment(folder_ / "handoff.db-ledger-0", "key");
  EXPECT_EQ(content.number, 2u);
  ASSERT_EQ(content.entries.size(), 1u);
  EXPECT_EQ(content.entries[0].text, "{\"n\":4}");
}

TEST_F(LedgerJournalTest, TamperingIsSeenBeforeItIsFolded) {
  ASSERT_TRUE(record(*store_, numbered(1, 3)));
  ASSERT_EQ(*store_->verify_ledger(), 3u);
  overwrite(30, "}");
  // Half a second after the first entry, the ledger has them all.
  const auto verified = store_->verify_ledger();
  EXPECT_TRUE(verified ? ledger().size() == 3 : verified.error().kind == Kind::fault);
}

TEST_F(LedgerJournalTest, WithoutAFileNothingIsRecordedAndLaterItIs) {
  fs::create_directories(folder_ / "handoff.db-ledger-0");  // no file can be made there
  const auto refused = record(*store_, numbered(1, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::unavailable);
  EXPECT_TRUE(record(*store_, numbered(2, 1))) << "the next file can be made";
  EXPECT_EQ(*store_->verify_ledger(), 1u);
  fs::remove(folder_ / "handoff.db-ledger-0");
}

TEST_F(LedgerJournalTest, AFileOfAnotherKeyIsPutAsideAndNotBelieved) {
  leave({numbered(1, 2)});
  {
    auto other = engine().open({folder_ / "handoff.db", "another key"}, clock_);
    ASSERT_TRUE(other);
    EXPECT_EQ(*(*other)->verify_ledger(), 0u);
  }
  EXPECT_TRUE(journal_files().empty());
  fs::rename(folder_ / "handoff.db-unread-ledger-0", folder_ / "handoff.db-ledger-0");
  open();
  EXPECT_EQ(ledger(), numbered(1, 2)) << "nothing was lost";
}

// A flipped bit in acknowledged entries is not a torn end. The entries before it are folded, the file is
// kept, and both are reported.
TEST_F(LedgerJournalTest, DamageIsKeptAndTold) {
  leave({numbered(1, 2)});
  const std::size_t second = end_;
  leave({numbered(1, 2), numbered(3, 2), numbered(5, 1)});
  overwrite(second + 30, "#");
  const auto findings = [&] {
    auto verification = engine().verify(folder_ / "handoff.db");
    EXPECT_TRUE(verification);
    (*verification)->check_ledger("key");
    return (*verification)->findings().size();
  };
  EXPECT_EQ(findings(), 1u);
  open();
  EXPECT_EQ(ledger(), numbered(1, 2));
  EXPECT_TRUE(fs::exists(folder_ / "handoff.db-unread-ledger-0"));
  store_.reset();
  EXPECT_EQ(findings(), 1u) << "as long as it lies there";
}

TEST_F(LedgerJournalTest, ABackupWithAnotherKeyIsRefused) {
  Batch batch;
  batch.ledger = numbered(1, 1);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  leave({numbered(2, 2)});
  EXPECT_EQ(engine().back_up(folder_ / "handoff.db", folder_ / "copy.db", "another").error().kind,
            Kind::incorrect);
  EXPECT_FALSE(fs::exists(folder_ / "copy.db"));
}

// A killed store is put back in its place. The entries that waited beside it come along.
TEST_F(LedgerJournalTest, RestoringAKilledStoreBringsWhatWaited) {
  leave({numbered(1, 3)});
  for (const char* part : {"handoff.db", "handoff.db-ledger-0"})
    fs::rename(folder_ / part, folder_ / (std::string("old-") + part));
  fs::path moved_to;
  EXPECT_FALSE(
      engine().restore(folder_ / "old-handoff.db", folder_ / "handoff.db", std::nullopt, false, moved_to))
      << "nobody could seal them";
  const auto restored =
      engine().restore(folder_ / "old-handoff.db", folder_ / "handoff.db", "key", false, moved_to);
  ASSERT_TRUE(restored) << restored.error().summary();
  open();
  EXPECT_EQ(ledger(), numbered(1, 3));
}

// The store's file was lost, but its log was not. The log of one store would damage another one.
TEST_F(LedgerJournalTest, RestoringBesideAnotherStoresLogDoesNotTakeItUp) {
  Batch batch;
  batch.ledger = numbered(1, 2);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  ASSERT_TRUE(engine().back_up(folder_ / "handoff.db", folder_ / "copy.db", "key"));
  store_.reset();
  fs::remove(folder_ / "handoff.db");
  std::ofstream(folder_ / "handoff.db-wal") << std::string(10'000, 'x');
  std::ofstream(folder_ / "handoff.db-ledger-7") << "HLJ1";
  fs::path moved_to;
  const auto restored = engine().restore(folder_ / "copy.db", folder_ / "handoff.db", "key", false, moved_to);
  ASSERT_TRUE(restored) << restored.error().summary();
  EXPECT_TRUE(fs::exists(moved_to.string() + "-wal"));
  EXPECT_TRUE(fs::exists(moved_to.string() + "-ledger-7"));
  EXPECT_FALSE(fs::exists(folder_ / "handoff.db-wal"));
  open();
  EXPECT_EQ(ledger(), numbered(1, 2));
}

TEST_F(LedgerJournalTest, AMigrationLeavesItToWhoHasTheKey) {
  leave({numbered(1, 2)});
  ASSERT_TRUE(engine().migrate(folder_ / "handoff.db"));
  open();
  EXPECT_EQ(ledger(), numbered(1, 2));
}

TEST_F(LedgerJournalTest, ABackupHasWhatWaits) {
  const fs::path copy = folder_ / "copy.db";
  ASSERT_TRUE(record(*store_, numbered(1, 3)));
  EXPECT_FALSE(engine().back_up(folder_ / "handoff.db", copy, std::nullopt))
      << "nobody could seal the entries";
  const auto copied = engine().back_up(folder_ / "handoff.db", copy, "key");
  ASSERT_TRUE(copied) << copied.error().summary();
  auto there = engine().open({copy, "key"}, clock_);
  ASSERT_TRUE(there);
  EXPECT_EQ(*(*there)->verify_ledger(), 3u);
}

// Entries come as fast as they can. Every entry that was acknowledged before a backup began is in it.
TEST_F(LedgerJournalTest, BackupsBetweenEntriesLoseNone) {
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> acknowledged{0};
  std::thread recorder([&] {
    for (int i = 1; !stop; ++i)
      if (record(*store_, numbered(i, 1))) ++acknowledged;
  });
  for (int i = 0; i < 8; ++i) {
    const fs::path copy = folder_ / ("copy" + std::to_string(i) + ".db");
    const std::size_t before = acknowledged;
    const auto copied = engine().back_up(folder_ / "handoff.db", copy, "key");
    ASSERT_TRUE(copied) << copied.error().summary();
    const Connection connection(copy, true);
    Statement count(connection, "SELECT count(*), max(number) FROM ledger");
    ASSERT_TRUE(count.step());
    EXPECT_GE(std::size_t(count.integer(0)), before);
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  stop = true;
  recorder.join();
  EXPECT_EQ(*store_->verify_ledger(), acknowledged.load());
}

// A process records and reports each entry until it is killed. Every reported entry is there.
TEST_F(LedgerJournalTest, WhatWasAcknowledgedSurvivesAKill) {
  store_.reset();
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = engine().open({folder_ / "handoff.db", "key"}, clock_);
    for (char one = 1; store && record(**store, numbered(1, 1)); one = 1)
      if (::write(pipe[1], &one, 1) != 1) break;
    ::_exit(1);
  }
  ::close(pipe[1]);
  std::size_t acknowledged = 0;
  char byte = 0;
  while (acknowledged < 50 && ::read(pipe[0], &byte, 1) == 1) ++acknowledged;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  while (::read(pipe[0], &byte, 1) == 1) ++acknowledged;
  ::close(pipe[0]);
  ASSERT_GE(acknowledged, 50u);
  open();
  EXPECT_GE(*store_->verify_ledger(), acknowledged);
}

}  // namespace
}  // namespace handoff::sqlite
