// Contributions, reviews and decisions, as the writer stores them and a snapshot reads them.
#include "store/people.h"
#include "sqlite/connection.h"
#include "sqlite/engine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "../fhir_names.h"
#include "store/resources.h"
#include "store/store.h"

namespace handoff::sqlite {
namespace {

class PeopleTest : public testing::Test {
 protected:
  PeopleTest()
      : folder_(std::filesystem::temp_directory_path() / ("handoff-people-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = engine().open({folder_ / "handoff.db", "key"}, clock_).value();
  }
  ~PeopleTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Result<Committed> commit(PeopleChanges changes, std::vector<IdentityClaim> identities = {}) {
    Batch batch;
    batch.people = std::move(changes);
    batch.identities = std::move(identities);
    return store_->commit_and_wait(std::move(batch));
  }
  // "id state patient candidates" of every review of the records 1 and 2 of this feed.
  std::string reviews() const {
    const Snapshot snapshot = store_->snapshot();
    std::string all;
    for (const char* content : {"1", "2"})
      if (const auto one = snapshot.people().review_of("f", content))
        all += std::to_string(one->id) + " " + one->state + " " + one->patient.text() + one->candidates +
               one->corrected + ";";
    return all;
  }
  static Review held(const std::string& content, const std::string& candidates) {
    Review review;
    review.feed = "f", review.content = content, review.candidates = candidates;
    return review;
  }

  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(PeopleTest, AReviewIsHeldOnceAndDecidedOnce) {
  ASSERT_TRUE(commit({.held = {held("1", "a"), held("2", "b")}}));
  ASSERT_TRUE(commit({.held = {held("1", "other")}}));
  EXPECT_EQ(reviews(), "1 open a;2 open b;") << "what is open stays as it is";
  ASSERT_TRUE(commit({.decisions = {{1, "same", "p1"_id, "op", "why"}}}));
  EXPECT_EQ(reviews(), "1 same p1a;2 open b;");
  for (const PeopleChanges& late : {PeopleChanges{.decisions = {{1, "different", "p2"_id, "op", ""}}},
                                    PeopleChanges{.revisions = {{1, "x", "y", "z"}}},
                                    PeopleChanges{.decisions = {{9, "same", "p1"_id, "op", ""}}}}) {
    const auto again = commit(late);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, Kind::conflict);
  }
  ASSERT_TRUE(commit({.revisions = {{2, "right", "claim", "c"}}}));
  ASSERT_TRUE(commit({.held = {held("1", "d")}}));
  EXPECT_EQ(reviews(), "1 open p1d;2 open cright;") << "one that contradicts again is open again";
  const Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(snapshot.people().open_reviews().size(), 2u);
  EXPECT_EQ(snapshot.people().open_reviews(1).size(), 1u);
  EXPECT_EQ(snapshot.people().open_reviews(0, 1).front().id, 1);
  EXPECT_FALSE(snapshot.people().review(3));
}

TEST_F(PeopleTest, ARecordThatWasTakenInWaitsNoLonger) {
  ASSERT_TRUE(commit({.held = {held("1", "a"), held("2", "b")}}));
  Batch taken;
  taken.intake_states.push_back({"f", "1", 0});
  ASSERT_TRUE(store_->commit_and_wait(taken));
  EXPECT_EQ(reviews(), "1 resolved a;2 open b;");
}

TEST_F(PeopleTest, ALaterStateOfARecordStandsInItsPlace) {
  Contribution one;
  one.patient = "p1"_id, one.feed = "f", one.content = "1", one.claim = "a", one.references = {"Task/1"};
  ASSERT_TRUE(commit({.contributions = {one}}, {{"urn:n", "1", "p1"_id, false}}));
  one.claim = "b", one.references = {"Task/1", "Task/2"}, one.confirmed = true;
  ASSERT_TRUE(commit({.contributions = {one}}));
  {
    const Snapshot snapshot = store_->snapshot();
    const auto of = snapshot.people().contributions_of("p1"_id);
    ASSERT_EQ(of.size(), 1u);
    EXPECT_EQ(of[0].claim, "b");
    EXPECT_TRUE(of[0].confirmed);
    EXPECT_EQ(snapshot.people().made_by(of[0].id), (std::vector<std::string>{"Task/1", "Task/2"}));
  }
  ASSERT_TRUE(commit({.moves = {{1, "p2"_id}}, .forgotten = {"p1"_id}}, {{"urn:n", "1", "p2"_id, false}}));
  const Snapshot snapshot = store_->snapshot();
  EXPECT_TRUE(snapshot.people().contributions_of("p1"_id).empty());
  EXPECT_EQ(snapshot.people().contributions_of("p2"_id).size(), 1u);
  EXPECT_EQ(snapshot.resources().identified("urn:n", "1"), std::vector<fhir::ResourceId>{"p2"_id})
      << "what is forgotten goes before what is written";
}

TEST_F(PeopleTest, LedgerEntriesAreFoundByTheirText) {
  Batch batch;
  batch.ledger = {R"({"patient":"Patient/p1"})", R"({"patient":"Patient/p12"})"};
  ASSERT_TRUE(store_->commit_and_wait(batch));
  const auto found = store_->ledger_entries_with("\"Patient/p1\"");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text, R"({"patient":"Patient/p1"})");
}

}  // namespace
}  // namespace handoff::sqlite
