#include "sqlite/engine.h"
#include "store/ledger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <iterator>

#include "kept_store.h"
#include "ledger/segment.h"
#include "sqlite/connection.h"
#include "store/store.h"
#include "store/verification.h"

namespace handoff::sqlite {
namespace {

namespace fs = std::filesystem;

std::string numbered(int number) { return "{\"n\":" + std::to_string(number) + "}"; }

class LedgerReadingTest : public KeptStoreTest {
 protected:
  Instant after(int ms) const { return begin_ + std::chrono::milliseconds{ms}; }
  // Writes entries into the chain, at this time.
  void write(int first, int count, int ms) {
    clock_.set(after(ms));
    Batch batch;
    for (int i = 0; i < count; ++i) batch.ledger.push_back(numbered(first + i));
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  // The journal that a process leaves if it dies right after it recorded these.
  void leave(const std::vector<std::pair<int, int>>& groups) {
    store_.reset();
    ledger::LedgerSegment segment(folder_ / "handoff.db-ledger-0", 1, "key");
    for (const auto& [number, ms] : groups) segment.append(after(ms), {numbered(number)});
  }
  // Texts from newest to oldest. Those that have no number in the chain yet are in brackets.
  std::vector<std::string> walked(Instant first = Instant::min(), Instant last = Instant::max()) const {
    const auto reading = engine().read_ledger(file(), "key");
    EXPECT_TRUE(reading) << reading.error().summary();
    std::vector<std::string> texts;
    if (reading)
      (*reading)->walk(first, last, std::nullopt, [&](const LedgerEntry& entry) {
        texts.push_back(entry.number > 0 ? std::string(entry.text) : "[" + std::string(entry.text) + "]");
        return true;
      });
    return texts;
  }
  // As many entries as fit a page. Sets the place after them.
  std::vector<std::string> page(std::optional<LedgerPlace>& place, std::size_t size) const {
    const auto reading = engine().read_ledger(file(), "key");
    EXPECT_TRUE(reading) << reading.error().summary();
    std::vector<std::string> texts;
    const auto from = place;
    (*reading)->walk(Instant::min(), Instant::max(), from, [&](const LedgerEntry& entry) {
      if (texts.size() == size) return false;
      texts.emplace_back(entry.text);
      place = place && place->at == entry.at ? LedgerPlace{entry.at, place->visited + 1}
                                             : LedgerPlace{entry.at, 1};
      return true;
    });
    return texts;
  }
  std::string bytes(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  const Instant begin_ = clock_.now();
};

TEST_F(LedgerReadingTest, WhatWaitsInTheJournalIsThereWithTheChain) {
  write(1, 1, 0);
  write(2, 1, 20);
  leave({{3, 10}, {4, 30}});
  EXPECT_EQ(walked(), (std::vector<std::string>{"[{\"n\":4}]", "{\"n\":2}", "[{\"n\":3}]", "{\"n\":1}"}));
  open();
  EXPECT_EQ(walked(), (std::vector<std::string>{"{\"n\":4}", "{\"n\":2}", "{\"n\":3}", "{\"n\":1}"}))
      << "folded, in the same order";
}

TEST_F(LedgerReadingTest, ASpanHoldsBothOfItsEnds) {
  for (int i = 0; i < 5; ++i) write(i, 1, i * 10);
  EXPECT_EQ(walked(after(10), after(30)), (std::vector<std::string>{numbered(3), numbered(2), numbered(1)}));
  EXPECT_TRUE(walked(after(41)).empty());
  EXPECT_EQ(walked(after(31)), std::vector<std::string>{numbered(4)});
}

// Pages of two, with the journal folded between them, and more entries in one millisecond than fit a page.
TEST_F(LedgerReadingTest, PagesGoOnAcrossAFold) {
  write(1, 5, 0);
  leave({{6, 0}, {7, 0}, {8, 1}});
  std::optional<LedgerPlace> place;
  std::vector<std::string> all = page(place, 2);
  open();
  write(9, 1, 2);  // on no later page
  for (std::vector<std::string> next = page(place, 2); !next.empty(); next = page(place, 2))
    all.insert(all.end(), next.begin(), next.end());
  std::vector<std::string> expected;
  for (int i = 8; i > 0; --i) expected.push_back(numbered(i));
  EXPECT_EQ(all, expected);
}

TEST_F(LedgerReadingTest, ItReadsBesideAGatewayAndChangesNothing) {
  write(1, 3, 0);
  const std::string store = bytes("handoff.db"), log = bytes("handoff.db-wal");
  EXPECT_EQ(walked().size(), 3u);
  EXPECT_EQ(bytes("handoff.db"), store);
  EXPECT_EQ(bytes("handoff.db-wal"), log);
  store_.reset();
  const std::string closed = bytes("handoff.db");
  EXPECT_EQ(walked().size(), 3u);
  EXPECT_EQ(bytes("handoff.db"), closed);
}

// An acknowledged entry is in the chain or in the journal, whatever is folded meanwhile.
TEST_F(LedgerReadingTest, NoneIsMissedWhileEntriesCome) {
  std::atomic<bool> stop{false};
  std::atomic<int> acknowledged{0};
  std::thread recorder([&] {
    while (!stop) {
      std::promise<bool> done;
      auto recorded = done.get_future();
      store_->record({numbered(0)}, [&done](Result<void> result) { done.set_value(result.has_value()); });
      if (recorded.get()) ++acknowledged;
    }
  });
  for (int i = 0; i < 12; ++i) {
    const int before = acknowledged;
    EXPECT_GE(walked().size(), std::size_t(before));
    std::this_thread::sleep_for(std::chrono::milliseconds{30});
  }
  stop = true;
  recorder.join();
  EXPECT_EQ(walked().size(), std::size_t(acknowledged));
}

TEST_F(LedgerReadingTest, ASpanIsFoundByItsIndex) {
  const Connection connection(file(), true);
  Statement plan(connection,
                 "EXPLAIN QUERY PLAN SELECT number, at_ms, entry FROM ledger WHERE at_ms BETWEEN 1 AND 2 "
                 "ORDER BY at_ms DESC, number DESC");
  std::string all;
  while (plan.step()) all += std::string(plan.text(3)) + "\n";
  EXPECT_NE(all.find("USING INDEX ledger_time"), all.npos) << all;
  EXPECT_EQ(all.find("TEMP B-TREE"), all.npos) << all;
}

// Entries that come after the opening belong to another state.
TEST_F(LedgerReadingTest, AVerificationIsOfOneState) {
  write(1, 2, 0);
  const auto verification = engine().verify(file());
  ASSERT_TRUE(verification) << verification.error().summary();
  write(3, 4, 1);
  EXPECT_EQ((*verification)->check_ledger("key").entries, 2u);
}

TEST_F(LedgerReadingTest, ThereMustBeAStoreOfThisSchema) {
  EXPECT_EQ(engine().read_ledger(folder_ / "none.db", "key").error().kind, Kind::not_found);
  std::ofstream(folder_ / "junk.db") << std::string(5000, 'x');
  EXPECT_EQ(engine().read_ledger(folder_ / "junk.db", "key").error().kind, Kind::unavailable);
  store_.reset();
  Connection(file()).execute("PRAGMA user_version = 3");
  EXPECT_EQ(engine().read_ledger(file(), "key").error().kind, Kind::precondition);
}

}  // namespace
}  // namespace handoff::sqlite
