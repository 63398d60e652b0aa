#include "store/record.h"
#include "sqlite/connection.h"
#include "sqlite/engine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "../fhir_names.h"
#include "store/resources.h"
#include "store/store.h"

namespace handoff::sqlite {
namespace {

class RecordTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-record-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = engine().open({folder_ / "handoff.db", "key"}, clock_).value();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void put(const std::string& id, const std::string& patient, bool deleted = false) {
    Write write;
    write.type = "Goal", write.id = id, write.patient = fhir::ResourceId(patient), write.deleted = deleted;
    if (const auto current = store_->snapshot().resources().read("Goal", id))
      write.expected = current->version, write.previous_pk = current->pk,
      write.previous_patient = current->patient;
    if (!deleted) write.body = R"({"resourceType":"Goal","id":")" + id + R"(","meta":{"lastUpdated":")";
    write.updated_offset = write.body.size();
    if (!deleted) write.body += "0000-00-00T00:00:00.000Z\"}}";
    Batch batch;
    batch.writes.push_back(write);
    ASSERT_TRUE(store_->commit_and_wait(batch));
  }
  static std::vector<std::string> ids(const std::vector<json::Value>& resources) {
    std::vector<std::string> out;
    for (const json::Value resource : resources) out.emplace_back(resource["id"].text());
    return out;
  }
  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

using Ids = std::vector<std::string>;

TEST_F(RecordTest, ReadsWhatIsCurrentAndNothingElse) {
  put("a", "p1");
  put("gone", "p1");
  put("gone", "p1", true);
  const Snapshot snapshot = store_->snapshot();
  StoredRecord record(snapshot);
  EXPECT_EQ(record.read("Goal/a")["id"].text(), "a");
  EXPECT_EQ(record.read("Goal/a").storage(), record.read("Goal/a").storage()) << "parsed once";
  for (const char* absent : {"Goal/gone", "Goal/none", "Nonsense/a", "goal/a", "a", "", "Goal/",
                             "Goal/a/_history/1", "https://x/Goal/a"})
    EXPECT_FALSE(record.read(absent)) << absent;
}

TEST_F(RecordTest, APatientsResourcesComeNewestFirst) {
  for (const char* id : {"a", "b", "c"}) put(id, "p1");
  put("other", "p2");
  put("a", "p1");
  put("b", "p1", true);
  const Snapshot snapshot = store_->snapshot();
  StoredRecord record(snapshot);
  EXPECT_EQ(ids(record.of_patient("Patient/p1"_ref, "Goal")), (Ids{"a", "c"}));
  EXPECT_EQ(ids(record.of_patient("Patient/p2"_ref, "Goal")), (Ids{"other"}));
  for (const char* nobody : {"Patient/p3", "p1", "", "Patient/"})
    EXPECT_TRUE(record.of_patient(fhir::Reference(nobody), "Goal").empty()) << nobody;
  EXPECT_TRUE(record.of_patient("Patient/p1"_ref, "Condition").empty());
  EXPECT_TRUE(record.of_patient("Patient/p1"_ref, "Nonsense").empty());
}

TEST_F(RecordTest, WhatIsPendingStandsInForWhatIsStored) {
  put("a", "p1");
  put("b", "p1");
  const Snapshot snapshot = store_->snapshot();
  StoredRecord record(snapshot);
  EXPECT_EQ(record.read("Goal/a")["note"].text(), "");
  const auto changed = json::parse(R"({"resourceType":"Goal","id":"a","note":"changed"})");
  const auto moved = json::parse(R"({"resourceType":"Goal","id":"b","note":"another's now"})");
  const auto added = json::parse(R"({"resourceType":"Goal","id":"new"})");
  record.add_pending("Goal/a", "Patient/p1"_ref, changed->root());
  record.add_pending("Goal/b", "Patient/p2"_ref, moved->root());
  record.add_pending("Goal/new", "Patient/p1"_ref, added->root());
  EXPECT_EQ(record.read("Goal/a")["note"].text(), "changed");
  EXPECT_TRUE(record.read("Goal/new"));
  EXPECT_EQ(ids(record.of_patient("Patient/p1"_ref, "Goal")), (Ids{"a", "new"}))
      << "each once, and without what moved away";
  EXPECT_EQ(ids(record.of_patient("Patient/p2"_ref, "Goal")), Ids{"b"});
}

TEST_F(RecordTest, ItsStateDoesNotMove) {
  put("a", "p1");
  const Snapshot snapshot = store_->snapshot();
  StoredRecord record(snapshot);
  EXPECT_TRUE(record.read("Goal/a"));
  put("b", "p1");
  put("a", "p1", true);
  EXPECT_FALSE(record.read("Goal/b"));
  EXPECT_EQ(ids(record.of_patient("Patient/p1"_ref, "Goal")), Ids{"a"});
}

}  // namespace
}  // namespace handoff::sqlite
