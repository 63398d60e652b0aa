#include "sqlite/engine.h"
#include "store/outbox.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "../fhir_names.h"
#include "sqlite/connection.h"
#include "store/store.h"

namespace handoff::sqlite {
namespace {

class DeliveriesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-deliveries-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = engine().open({folder_ / "handoff.db", "key"}, clock_);
    ASSERT_TRUE(opened) << opened.error().summary();
    store_ = std::move(*opened);
    // Rows 1 to 6, two in each minute: E5 to A, E14 to B. The rows of the second minute are of another
    // patient.
    for (int i = 0; i < 6; ++i)
      queue(i % 2 == 0 ? "E5" : "E14", i / 2 == 1 ? "Patient/q" : "Patient/p", i % 2 == 0 ? "A" : "B", i / 2);
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Instant minute(int number) const {
    return Instant{} + std::chrono::hours{24} + std::chrono::minutes{number};
  }
  void queue(const std::string& event, const std::string& patient, const std::string& recipient, int at) {
    OutboxRow row;
    row.event = event, row.patient = fhir::Reference(patient), row.recipient = recipient;
    row.focus = "CarePlan/" + std::to_string(++focus_) + "/_history/1";
    row.occurred = minute(at);
    Batch batch;
    batch.outbox.push_back(row);
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  void attempt(std::int64_t id, int number, DeliveryStatus status, int http_status,
               const std::string& outcome) {
    Batch batch;
    batch.outbox_updates.push_back(
        {id, minute(9), number, status, std::nullopt, outcome, http_status, outcome});
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  std::string found(DeliveryQuery query) const {
    if (query.count == 0) query.count = 100;
    const Snapshot snapshot = store_->snapshot();
    std::string ids;
    for (const OutboxRow& row : snapshot.outbox().find(query))
      ids += (ids.empty() ? "" : " ") + std::to_string(row.id);
    return ids;
  }

  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  int focus_ = 0;
};

TEST_F(DeliveriesTest, EveryConditionCountsAndTheNewestIsFirst) {
  attempt(3, 1, DeliveryStatus::failed, 400, "the recipient answered 400");
  attempt(4, 1, DeliveryStatus::withheld, 0, "withheld");
  struct Case {
    DeliveryQuery query;
    const char* found;
  };
  const Case cases[] = {
      {{}, "6 5 4 3 2 1"},
      {{{"Patient/p"_ref}}, "6 5 2 1"},
      {{{"Patient/q"_ref, "Patient/p"_ref}}, "6 5 4 3 2 1"},
      {{{"Patient/none"_ref}}, ""},
      {{{}, "A"}, "5 3 1"},
      {{{}, "", "E14"}, "6 4 2"},
      {{{}, "", "", {DeliveryStatus::failed, DeliveryStatus::withheld}}, "4 3"},
      {{{}, "", "", {}, minute(1), minute(1)}, "4 3"},
      {{{}, "", "", {}, minute(1)}, "6 5 4 3"},
      {{{"Patient/p"_ref}, "B", "E14", {DeliveryStatus::queued}, minute(0), minute(1)}, "2"},
  };
  for (const Case& one : cases) EXPECT_EQ(found(one.query), one.found);
}

TEST_F(DeliveriesTest, PagesGoOnBehindARow) {
  EXPECT_EQ(found({{}, "", "", {}, {}, {}, {}, 3}), "6 5 4");
  EXPECT_EQ(found({{}, "", "", {}, {}, {}, std::pair{minute(1), 4}, 3}), "3 2 1");
  queue("E5", "Patient/p", "A", 1);  // the same minute with a greater id: before the place
  EXPECT_EQ(found({{}, "", "", {}, {}, {}, std::pair{minute(1), 4}, 3}), "3 2 1");
  EXPECT_EQ(found({{}, "", "", {}, {}, {}, std::pair{minute(1), 7}, 3}), "4 3 2");
}

TEST_F(DeliveriesTest, ARowIsReadWithItsAttempts) {
  attempt(2, 1, DeliveryStatus::queued, 503, "the recipient answered 503");
  attempt(2, 2, DeliveryStatus::delivered, 201, "accepted");
  const Snapshot snapshot = store_->snapshot();
  const Outbox& deliveries = snapshot.outbox();
  const auto row = deliveries.read(2);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->status, DeliveryStatus::delivered);
  const auto attempts = deliveries.attempts_of(2);
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].http_status, 503);
  EXPECT_EQ(attempts[1].outcome, "accepted");
  EXPECT_TRUE(deliveries.attempts_of(1).empty());
  EXPECT_FALSE(deliveries.read(7));
  EXPECT_EQ(deliveries.events(), (std::vector<std::string>{"E14", "E5"}));
  EXPECT_TRUE(deliveries.is_recipient("A"));
  EXPECT_FALSE(deliveries.is_recipient("C"));
}

// No query walks through the outbox to find a person's rows or a span of time. The query for due rows still
// uses its own index.
TEST_F(DeliveriesTest, RowsAreFoundByIndexes) {
  const Connection connection(folder_ / "handoff.db", true);
  const auto plan = [&](const std::string& condition) {
    Statement s(connection, "EXPLAIN QUERY PLAN SELECT * FROM outbox o WHERE " + condition);
    std::string all;
    while (s.step()) all += std::string(s.text(3)) + "\n";
    return all;
  };
  const std::string span = "occurred_ms BETWEEN 1 AND 2 AND (occurred_ms, id) < (2, 9)",
                    order = " ORDER BY occurred_ms DESC, id DESC LIMIT 9";
  for (const auto& [condition, index] : {std::pair{span, "outbox_time"},
                                         {span + " AND patient = 'p'", "outbox_patient"},
                                         {span + " AND recipient = 'A'", "outbox_recipient"}}) {
    const std::string told = plan(condition + order);
    EXPECT_NE(told.find(index), told.npos) << told;
    EXPECT_EQ(told.find("TEMP B-TREE"), told.npos) << told;
  }
  const std::string due = plan(
      "status = 'queued' AND due_ms <= 1 AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.status = 'queued' "
      "AND "
      "e.patient = o.patient AND e.recipient = o.recipient AND e.id < o.id) ORDER BY id LIMIT 9");
  EXPECT_NE(due.find("outbox_lane"), due.npos) << due;
}

}  // namespace
}  // namespace handoff::sqlite
