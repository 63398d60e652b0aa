#include "store/store.h"
#include "sqlite/engine.h"
#include "store/intake_states.h"
#include "store/outbox.h"
#include "store/resources.h"
#include "store/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "../fhir_names.h"
#include "core/civil.h"
#include "core/limits.h"
#include "kept_store.h"
#include "sqlite/connection.h"

namespace handoff::sqlite {
namespace {

constexpr std::string_view placeholder = "0000-00-00T00:00:00.000Z";

// A store in a folder of its own, with resources just large enough to be told apart.
class StoreTest : public KeptStoreTest {
 protected:
  // A Condition of patient p1 with the token `code`.
  Write condition(const std::string& id, std::uint32_t expected, std::uint64_t code) const {
    Write write;
    write.type = "Condition";
    write.id = id;
    write.expected = expected;
    write.patient = "p1"_id;
    write.disclosers = "ORG-ADV";
    write.body = R"({"resourceType":"Condition","id":")" + id + R"(","meta":{"lastUpdated":")";
    write.updated_offset = write.body.size();
    write.body += std::string(placeholder) + "\"}}";
    write.rows.tokens = {{7, code}};
    if (expected == 0) return write;
    const auto current = store_->snapshot().resources().read("Condition", id);
    write.previous_pk = current->pk;
    write.previous_patient = current->patient;
    return write;
  }
  Result<Committed> commit(Write write) {
    Batch batch;
    batch.writes.push_back(std::move(write));
    return store_->commit_and_wait(std::move(batch));
  }
};

TEST_F(StoreTest, KeepsVersionsHistoryAndIndexRows) {
  const auto first = commit(condition("a", 0, 11));
  ASSERT_TRUE(first) << first.error().summary();
  Write second = condition("a", 1, 12);
  second.previous_rows.tokens = {{7, 11}};
  ASSERT_TRUE(commit(second));
  const Snapshot snapshot = store_->snapshot();
  const auto current = snapshot.resources().read("Condition", "a");
  ASSERT_TRUE(current);
  EXPECT_EQ(current->version, 2u);
  EXPECT_EQ(current->patient, "p1"_id);
  EXPECT_EQ(current->disclosers, "ORG-ADV");
  EXPECT_NE(current->body.find(format_instant(current->updated)), std::string::npos);
  EXPECT_EQ(snapshot.resources().vread("Condition", "a", 1)->version, 1u);
  EXPECT_FALSE(snapshot.resources().vread("Condition", "a", 3));
  EXPECT_TRUE(snapshot.resources().with_token(7, 11, 10).empty()) << "the old version's row is gone";
  EXPECT_EQ(snapshot.resources().with_token(7, 12, 10).size(), 1u);
  EXPECT_EQ(snapshot.resources().of_patient("p1"_id, "Condition").size(), 1u);
  EXPECT_TRUE(snapshot.resources().of_patient("p2"_id, "Condition").empty());
}

TEST_F(StoreTest, RefusesStalePreconditionsWithoutHarmToOthers) {
  ASSERT_TRUE(commit(condition("a", 0, 11)));
  EXPECT_EQ(commit(condition("a", 0, 11)).error().kind, Kind::conflict) << "must not exist";
  Write stale = condition("a", 1, 11);
  ASSERT_TRUE(commit(condition("a", 1, 11)));
  EXPECT_EQ(commit(stale).error().kind, Kind::conflict);
  // Nothing is left of one half of a refused batch.
  Batch batch;
  batch.writes.push_back(condition("b", 0, 21));
  batch.only_if.absent_tokens.push_back({7, 11});
  EXPECT_EQ(store_->commit_and_wait(batch).error().kind, Kind::conflict);
  Batch unique;
  unique.writes.push_back(condition("c", 0, 31));
  unique.identities.push_back({"s", "v", "p1"_id, true});
  ASSERT_TRUE(store_->commit_and_wait(unique));
  Batch second;
  second.writes.push_back(condition("d", 0, 41));
  second.identities.push_back({"s", "v", "p2"_id, true});
  EXPECT_FALSE(store_->commit_and_wait(second));
  const Snapshot snapshot = store_->snapshot();
  EXPECT_FALSE(snapshot.resources().read("Condition", "b"));
  EXPECT_FALSE(snapshot.resources().read("Condition", "d"));
  EXPECT_EQ(snapshot.resources().identified("s", "v"), std::vector<fhir::ResourceId>{"p1"_id});
}

TEST_F(StoreTest, WhatMayHappenOnceIsRememberedAcrossARestart) {
  const auto use = [this](const std::string& digest, std::chrono::seconds life) {
    Batch batch;
    batch.single_uses.push_back({digest, clock_.now() + life});
    const auto written = store_->commit_and_wait(std::move(batch));
    return written                                  ? std::string("first")
           : written.error().kind == Kind::conflict ? std::string("again")
                                                    : written.error().summary();
  };
  using namespace std::chrono_literals;
  EXPECT_EQ(use("a", 60s), "first");
  EXPECT_EQ(use("b", -1s), "first");
  EXPECT_EQ(use("a", 60s), "again");
  open();
  EXPECT_EQ(use("a", 60s), "again");
  EXPECT_EQ(use("b", 60s), "again") << "remembered for a day longer";
  clock_.set(clock_.now() + 24h);
  EXPECT_EQ(use("b", 60s), "first") << "the first is long over";
  EXPECT_EQ(use("b", 60s), "again");
  EXPECT_EQ(use("a", 60s), "again");
  clock_.set(clock_.now() - 24h * 365);
  EXPECT_EQ(use("c", 60s), "first");
  EXPECT_EQ(use("c", 60s), "again") << "also where the clock was set back";
}

TEST_F(StoreTest, NoTimeRunsBackwardsWhateverTheClockDoes) {
  using namespace std::chrono_literals;
  Instant last{};
  std::size_t entries = 0;
  const Instant begin = clock_.now();
  for (const auto jump : {0h, 24h * 365, -24h, 1h, 24h * 730}) {
    clock_.set(begin + jump);
    if (jump == -24h) open();  // also across a restart
    Write write = condition("j" + std::to_string(jump.count()), 0, 7);
    Batch batch;
    batch.writes.push_back(write);
    batch.ledger.push_back("{}");
    const auto committed = store_->commit_and_wait(std::move(batch));
    ASSERT_TRUE(committed) << committed.error().summary();
    const auto version = store_->snapshot().resources().read("Condition", write.id);
    ASSERT_TRUE(version);
    EXPECT_GE(version->updated, last);
    EXPECT_NE(version->body.find(format_instant(version->updated)), std::string::npos);
    last = version->updated;
    EXPECT_EQ(store_->verify_ledger().value(), ++entries);
  }
  EXPECT_EQ(last, begin + 24h * 730);
}

TEST_F(StoreTest, ManyWritersShareCommitsAndNothingIsLost) {
  constexpr int count = 400;
  std::vector<std::promise<bool>> done(count);
  for (int i = 0; i < count; ++i) {
    Batch batch;
    batch.writes.push_back(condition("r" + std::to_string(i), 0, std::uint64_t(i)));
    batch.ledger.push_back("{\"n\":" + std::to_string(i) + "}");
    store_->commit(std::move(batch), [&done, i](Result<Committed> result) {
      done[std::size_t(i)].set_value(result.has_value());
    });
  }
  for (auto& each : done) EXPECT_TRUE(each.get_future().get());
  open();
  const Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(snapshot.resources().counts_by_type(),
            (std::vector<std::pair<std::string, std::size_t>>{{"Condition", count}}));
  EXPECT_EQ(*store_->verify_ledger(), std::size_t(count));
}

TEST_F(StoreTest, SnapshotsDoNotMove) {
  ASSERT_TRUE(commit(condition("a", 0, 11)));
  const Snapshot before = store_->snapshot();
  ASSERT_TRUE(before.resources().read("Condition", "a"));
  ASSERT_TRUE(commit(condition("a", 1, 11)));
  EXPECT_EQ(before.resources().read("Condition", "a")->version, 1u);
  EXPECT_EQ(store_->snapshot().resources().read("Condition", "a")->version, 2u);
}

TEST_F(StoreTest, OutboxLanesKeepTheirOrder) {
  Batch batch;
  const Instant now = clock_.now();
  for (const char* focus : {"Composition/1", "Composition/2"}) {
    OutboxRow row;
    row.event = "E14", row.patient = "Patient/p1"_ref, row.recipient = "ORG-PCP1", row.focus = focus,
    row.occurred = row.due = now, row.purpose = "HOPERAT";
    batch.outbox.push_back(row);
  }
  ASSERT_TRUE(store_->commit_and_wait(batch));
  ASSERT_TRUE(store_->commit_and_wait(batch)) << "the same again adds nothing";
  const auto due = store_->snapshot().outbox().due(now, 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].focus, "Composition/1");
  Batch update;
  OutboxUpdate delivered{due[0].id, now, 1, DeliveryStatus::delivered, "CN-1", "sent", 201, "accepted"};
  update.outbox_updates.push_back(delivered);
  ASSERT_TRUE(store_->commit_and_wait(update));
  EXPECT_EQ(store_->snapshot().outbox().due(now, 10).at(0).focus, "Composition/2");
  EXPECT_EQ(store_->snapshot().outbox().queued(), 1u);
  EXPECT_EQ(store_->snapshot().outbox().all().at(0).consent, "CN-1");
  EXPECT_EQ(store_->snapshot().outbox().all().at(0).purpose, "HOPERAT");
}

TEST_F(StoreTest, PartsOfOneEventAreRowsOfTheirOwn) {
  Batch batch;
  for (const char* part : {"gain", "loss", "loss 2024-04-01T04:00:00.000Z", "loss"}) {
    OutboxRow row;
    row.event = "E16", row.patient = "Patient/p1"_ref, row.recipient = "ORG-PCP1",
    row.focus = "Consent/c/_history/1", row.part = part;
    row.occurred = row.due = clock_.now();
    batch.outbox.push_back(row);
  }
  ASSERT_TRUE(store_->commit_and_wait(batch));
  std::string parts;
  for (const OutboxRow& row : store_->snapshot().outbox().all())
    parts += row.part + (row.is_loss() ? " (loss);" : ";");
  EXPECT_EQ(parts, "gain;loss (loss);loss 2024-04-01T04:00:00.000Z (loss);");
}

// Rows that waited under the schema before may become either part. Rows that were sent stay one row.
TEST_F(StoreTest, OutboxRowsFromBeforePartsAreKept) {
  store_.reset();
  Connection connection(file());
  connection.execute(
      "DROP TABLE outbox; CREATE TABLE outbox (id INTEGER PRIMARY KEY, event TEXT, patient TEXT, recipient "
      "TEXT, focus TEXT, occurred_ms "
      "INTEGER, due_ms INTEGER, attempts INTEGER, status TEXT, consent TEXT, reason TEXT, purpose TEXT, "
      "event_number INTEGER, keyless INTEGER, "
      "consents_before TEXT, UNIQUE (event, patient, recipient, focus)); DROP INDEX patient_grant_until; "
      "CREATE TABLE consent_boundary (at_ms INTEGER); PRAGMA user_version = 15;"
      "INSERT INTO outbox VALUES (3, 'E14', 'Patient/p', 'R', 'Composition/c/_history/1', 5, 6, 2, 'queued', "
      "'CN', 'why', 'COC', 7, 1, NULL);"
      "INSERT INTO outbox VALUES (4, 'E16', 'Patient/p', 'R', 'Consent/c/_history/1', 5, 6, 1, 'delivered', "
      "'CN', 'why', 'TREAT', 8, 0, '');"
      "INSERT INTO outbox VALUES (9, 'E16', 'Patient/p', 'R', 'Consent/c/_history/2', 5, 6, 1, 'queued', "
      "NULL, '', 'TREAT', 0, 0, 'Consent/c/_history/1');");
  open();
  std::string rows;
  for (const OutboxRow& row : store_->snapshot().outbox().all())
    rows += std::to_string(row.id) + " " + row.event + " " + row.purpose + " " +
            std::to_string(row.attempts) + " " + row.part + ";";
  EXPECT_EQ(rows, "3 E14 COC 2 ;4 E16 TREAT 1 gain;9 E16 TREAT 1 gain;10 E16 TREAT 0 loss;");
  const OutboxRow first = store_->snapshot().outbox().all().front();
  EXPECT_TRUE(first.keyless && first.event_number == 7 && first.consent == "CN" && first.reason == "why");
}

TEST_F(StoreTest, WhatIsDueIsTheOldestOfEachLaneButForThoseLeftOut) {
  Batch batch;
  const Instant now = clock_.now();
  const auto add = [&](const char* patient, const char* recipient, const char* focus,
                       std::chrono::milliseconds later) {
    OutboxRow row;
    row.event = "E14", row.patient = fhir::Reference(patient), row.recipient = recipient, row.focus = focus,
    row.occurred = now, row.due = now + later, row.purpose = "TREAT";
    batch.outbox.push_back(row);
  };
  using std::chrono::milliseconds;
  const milliseconds longest = limits::delivery_retry_longest;
  add("Patient/p1", "ORG-A", "waits", longest), add("Patient/p1", "ORG-A", "behind it", {});
  add("Patient/p2", "ORG-A", "set back", longest + milliseconds{1}),
      add("Patient/p2", "ORG-\"B\"", "other", {});
  ASSERT_TRUE(store_->commit_and_wait(batch));
  const auto due = [&](const std::set<std::string>& but) {
    std::string found;
    for (const OutboxRow& row : store_->snapshot().outbox().due(now, 10, but)) found += row.focus + ";";
    return found;
  };
  EXPECT_EQ(due({}), "set back;other;");
  EXPECT_EQ(due({"ORG-A"}), "other;");
  EXPECT_EQ(due({"ORG-\"B\"", "ORG-C"}), "set back;");
}

TEST_F(StoreTest, IntakeRemembersStatesAndWhatWaits) {
  Batch waiting;
  waiting.intake_waiting.push_back({{"f", "h", 0}, "Patient", "s", "v"});
  ASSERT_TRUE(store_->commit_and_wait(waiting));
  EXPECT_EQ(store_->snapshot().intake().waiting().size(), 1u);
  EXPECT_FALSE(store_->snapshot().intake().has({"f", "h", 0}));
  Batch taken;
  taken.intake_states.push_back({"f", "h", 0});
  taken.settings.emplace_back("clock", "1");
  ASSERT_TRUE(store_->commit_and_wait(taken));
  EXPECT_TRUE(store_->snapshot().intake().waiting().empty());
  EXPECT_TRUE(store_->snapshot().intake().has({"f", "h", 0}));
  EXPECT_EQ(store_->snapshot().settings().find("clock"), "1");
}

TEST_F(StoreTest, OnlyOneProcessMayHaveIt) {
  const auto second = engine().open({folder_ / "handoff.db", "key"}, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Kind::unavailable);
}

TEST_F(StoreTest, LedgerShowsTampering) {
  Batch batch;
  batch.ledger = {"{\"a\":1}", "{\"a\":2}"};
  ASSERT_TRUE(store_->commit_and_wait(batch));
  store_.reset();
  auto other = engine().open({folder_ / "handoff.db", "another key"}, clock_);
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->verify_ledger().error().kind, Kind::fault);
}

}  // namespace
}  // namespace handoff::sqlite
