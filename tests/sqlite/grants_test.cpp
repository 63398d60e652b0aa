// How grants come, change and go, over several snapshots, and what a decision about one resource reads in
// addition.
#include "store/grants.h"
#include "sqlite/engine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "../fhir_names.h"
#include "sqlite/connection.h"
#include "store/resources.h"
#include "store/store.h"

namespace handoff::sqlite {
namespace {

using Versions = std::vector<Pk>;

class GrantsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-store-grants-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = engine().open({folder_ / "handoff.db", "key"}, clock_).value();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void grant(const std::string& patient, std::vector<Grant> grants) {
    Batch batch;
    batch.grants.push_back({fhir::ResourceId(patient), std::move(grants)});
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  // Writes a resource with an empty body and returns its pk. The same id again gives its next version.
  Pk write(const std::string& type, const std::string& id, const std::string& patient,
           const std::string& shape, bool deleted = false) {
    Write write;
    write.type = type, write.id = id, write.deleted = deleted;
    write.patient = fhir::ResourceId(patient), write.shapes = {shape};
    write.body = deleted ? "" : std::string(24, ' ');
    if (const auto current = store_->snapshot().resources().read(type, id)) {
      write.expected = current->version;
      write.previous_pk = current->pk;
      write.previous_patient = current->patient;
    }
    Batch batch;
    batch.writes.push_back(std::move(write));
    EXPECT_TRUE(store_->commit_and_wait(std::move(batch)));
    return store_->snapshot().resources().read(type, id)->pk;
  }

  // "patient=class", with " until N" if there is an end.
  static std::string text(const Snapshot& snapshot, const GrantRow& row) {
    const Grants& grants = snapshot.grants();
    std::string out =
        snapshot.resources().patient_id(row.patient)->text() + "=" + *grants.class_text(row.decision_class);
    if (row.until) out += " until " + std::to_string(row.until->time_since_epoch().count());
    return out;
  }
  static std::vector<std::string> of_scope(const Snapshot& snapshot, std::string_view recipient,
                                           std::string_view purpose) {
    std::vector<std::string> out;
    for (const GrantRow& row : snapshot.grants().of_scope(recipient, purpose))
      out.push_back(text(snapshot, row));
    return out;
  }
  static std::vector<std::string> changes(const Snapshot& snapshot, std::int64_t version,
                                          std::string_view recipient, std::string_view purpose) {
    std::vector<std::string> out;
    for (const GrantChange& change : snapshot.grants().changed_since(version, recipient, purpose)) {
      EXPECT_TRUE(!change.now || change.now->patient == change.patient);
      out.push_back(change.now ? text(snapshot, *change.now)
                               : snapshot.resources().patient_id(change.patient)->text() + " gone");
    }
    return out;
  }

  using Texts = std::vector<std::string>;
  const Instant end_{std::chrono::milliseconds{5'000}};
  SystemClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(GrantsTest, AppearChangeAndVanish) {
  EXPECT_EQ(store_->snapshot().grants().consent_version(), 0);
  EXPECT_EQ(store_->snapshot().grants().last_class(), 0);
  EXPECT_TRUE(of_scope(store_->snapshot(), "R", "TREAT").empty()) << "nobody knows the scope";
  grant("p1", {{"R", "TREAT", "a", {}}, {"S", "TREAT", "b", {}}});
  grant("p2", {{"R", "TREAT", "b", end_}, {"R", "HPAYMT", "a", {}}});
  EXPECT_EQ(of_scope(store_->snapshot(), "R", "TREAT"), (Texts{"p1=a", "p2=b until 5000"}));
  EXPECT_EQ(of_scope(store_->snapshot(), "R", "HPAYMT"), Texts{"p2=a"});
  EXPECT_EQ(of_scope(store_->snapshot(), "S", "TREAT"), Texts{"p1=b"});
  EXPECT_TRUE(of_scope(store_->snapshot(), "S", "HPAYMT").empty());
  EXPECT_EQ(store_->snapshot().grants().consent_version(), 2);
  EXPECT_EQ(store_->snapshot().grants().last_class(), 2);
  EXPECT_FALSE(store_->snapshot().grants().class_text(3));
  grant("p1", {{"R", "TREAT", "c", {}}});
  grant("p2", {{"R", "HPAYMT", "a", {}}});
  EXPECT_EQ(of_scope(store_->snapshot(), "R", "TREAT"), Texts{"p1=c"});
  EXPECT_TRUE(of_scope(store_->snapshot(), "S", "TREAT").empty());
  EXPECT_EQ(store_->snapshot().grants().consent_version(), 4);
}

TEST_F(GrantsTest, TellsWhatChangedSince) {
  grant("p1", {{"R", "TREAT", "a", {}}});                           // 1
  grant("p2", {{"R", "TREAT", "a", {}}, {"S", "TREAT", "a", {}}});  // 2
  grant("p2", {{"R", "TREAT", "a", {}}, {"S", "TREAT", "b", {}}});  // 3: nothing of R
  grant("p2", {{"R", "TREAT", "a", {}}, {"S", "TREAT", "b", {}}});  // nothing at all
  grant("p1", {});                                                  // 4
  grant("p2", {{"R", "TREAT", "a", end_}});                         // 5: only its end; and S is gone
  grant("p1", {{"R", "TREAT", "b", {}}});                           // 6
  const Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(snapshot.grants().consent_version(), 6);
  EXPECT_EQ(changes(snapshot, 0, "R", "TREAT"), (Texts{"p1=b", "p2=a until 5000"}))
      << "each once, as it is now";
  EXPECT_EQ(changes(snapshot, 4, "R", "TREAT"), (Texts{"p1=b", "p2=a until 5000"}));
  EXPECT_EQ(changes(snapshot, 5, "R", "TREAT"), Texts{"p1=b"});
  EXPECT_EQ(changes(snapshot, 2, "S", "TREAT"), Texts{"p2 gone"});
  EXPECT_TRUE(changes(snapshot, 6, "R", "TREAT").empty());
  EXPECT_TRUE(changes(snapshot, 0, "R", "HPAYMT").empty());
}

// When a scope last gained something of a patient. It is kept while the class changes, and when there is no
// class any more.
TEST_F(GrantsTest, GainsAreKept) {
  const auto gained = [&](std::string_view recipient) {
    const auto rows = store_->snapshot().grants().of_scope(recipient, "TREAT");
    return rows.empty() ? std::pair(Instant{}, Instant{}) : std::pair(rows[0].gained, rows[0].gained_own);
  };
  const Instant begin = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
  grant("p1", {{"R", "TREAT", "a", {}}});
  EXPECT_EQ(gained("R"), (std::pair(Instant{}, Instant{})));
  grant("p1", {{"R", "TREAT", "a", {}, true, false}});
  const Instant opened = gained("R").first;
  EXPECT_GE(opened, begin);
  EXPECT_EQ(changes(store_->snapshot(), 1, "R", "TREAT"), Texts{"p1=a"}) << "the instant alone is a change";
  grant("p1", {{"R", "TREAT", "b", {}, false, false, end_, end_}});
  EXPECT_EQ(gained("R"), (std::pair(opened, end_)))
      << "a date is before it, of what it discloses it is after";
  grant("p1", {});
  EXPECT_EQ(of_scope(store_->snapshot(), "R", "TREAT"), Texts{"p1="});
  EXPECT_EQ(gained("R"), (std::pair(opened, end_)));
  Batch batch;
  batch.openings = {{"p1"_id, "R", "TREAT"}, {"p1"_id, "S", "TREAT"}};
  ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  EXPECT_GE(gained("R").first, opened);
  EXPECT_GE(gained("S").first, opened);
  EXPECT_EQ(gained("S").second, Instant{});
  EXPECT_EQ(of_scope(store_->snapshot(), "S", "TREAT"), Texts{"p1="});
  EXPECT_EQ(
      store_->snapshot().grants().of_patient(store_->snapshot().resources().patient_number("p1"_id)).size(),
      2u);
  grant("p2", {{"S", "TREAT", "a", {}}});
  grant("p2", {});
  EXPECT_EQ(of_scope(store_->snapshot(), "S", "TREAT"), Texts{"p1="}) << "what was never gained goes";
}

TEST_F(GrantsTest, AnOlderSnapshotKeepsItsState) {
  grant("p1", {{"R", "TREAT", "a", {}}});
  const Snapshot before = store_->snapshot();
  EXPECT_EQ(before.grants().consent_version(), 1);
  grant("p1", {});
  grant("p2", {{"R", "TREAT", "z", {}}});
  write("Basic", "b", "p2", "shape");
  EXPECT_EQ(before.grants().consent_version(), 1);
  EXPECT_EQ(of_scope(before, "R", "TREAT"), Texts{"p1=a"});
  EXPECT_TRUE(changes(before, 1, "R", "TREAT").empty());
  EXPECT_EQ(before.grants().last_class(), 1);
  EXPECT_EQ(before.grants().last_shape(), 0u);
  EXPECT_EQ(before.resources().patient_number("p2"_id), PatientNumber::nobody);
  EXPECT_FALSE(before.resources().find("Basic", "b"));
  const Snapshot after = store_->snapshot();
  EXPECT_EQ(of_scope(after, "R", "TREAT"), Texts{"p2=z"});
  EXPECT_EQ(changes(after, 1, "R", "TREAT"), (Texts{"p1 gone", "p2=z"}));
  EXPECT_EQ(after.grants().last_shape(), 1u);
}

TEST_F(GrantsTest, FindsAResourceWithoutItsBody) {
  const Pk nobodys = write("Organization", "o", "", "x"), first = write("Basic", "b", "p1", "y"),
           second = write("Basic", "b", "p2", "x");
  const Snapshot snapshot = store_->snapshot();
  const auto row = snapshot.resources().find("Basic", "b");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->pk, second);
  EXPECT_EQ(snapshot.resources().patient_id(row->patient), "p2"_id);
  EXPECT_EQ(row->patient, snapshot.resources().patient_number("p2"_id));
  EXPECT_EQ(snapshot.grants().shape_text(row->shape), "x");
  EXPECT_EQ(snapshot.grants().last_shape(), 2u) << "equal texts have one number";
  EXPECT_FALSE(snapshot.grants().shape_text(0));
  EXPECT_FALSE(row->deleted);
  EXPECT_EQ(snapshot.resources().find("Organization", "o")->patient, PatientNumber::nobody);
  EXPECT_EQ(snapshot.resources().at(nobodys)->patient_number, PatientNumber::nobody);
  EXPECT_FALSE(snapshot.resources().find("Basic", "o"));
  EXPECT_FALSE(snapshot.resources().patient_id(PatientNumber{99}));
  EXPECT_EQ(snapshot.resources().patient_number("p9"_id), PatientNumber::nobody);
  for (const auto& version : {snapshot.resources().at(first), snapshot.resources().vread("Basic", "b", 1)}) {
    ASSERT_TRUE(version);
    EXPECT_EQ(version->pk, first);
    EXPECT_EQ(version->version, 1u);
    EXPECT_EQ(version->patient, "p2"_id) << "as the current one";
    EXPECT_EQ(version->patient_number, row->patient);
    EXPECT_EQ(version->shape, row->shape);
  }
  for (const auto& version : {snapshot.resources().at(second), snapshot.resources().read("Basic", "b"),
                              std::optional(snapshot.resources().of_patient("p2"_id, "Basic").at(0))}) {
    EXPECT_EQ(version->pk, second);
    EXPECT_EQ(version->patient, "p2"_id);
    EXPECT_EQ(version->patient_number, row->patient);
    EXPECT_EQ(version->shape, row->shape);
  }
  EXPECT_FALSE(snapshot.resources().at(Pk{99}));
  write("Basic", "b", "p2", "x", true);
  EXPECT_TRUE(store_->snapshot().resources().find("Basic", "b")->deleted);
}

TEST_F(GrantsTest, AsksThePatientsOtherResourcesUntilOneFits) {
  std::map<Pk, std::string> names;
  for (const char* type : {"Basic", "Condition", "Encounter", "Observation"})
    names[write(type, "1", "p1", type)] = type;
  names[write("Condition", "2", "p2", "Condition")] = "p2's";
  write("Encounter", "1", "p1", "Encounter", true);
  const Snapshot snapshot = store_->snapshot();
  const PatientNumber p1 = snapshot.resources().patient_number("p1"_id);
  Texts asked;
  const auto fits = [&](const std::string& wanted) {
    return [&, wanted](std::uint32_t shape, Pk pk) {
      EXPECT_EQ(snapshot.grants().shape_text(shape), names[pk]) << "it may read";
      asked.push_back(names[pk]);
      return names[pk] == wanted;
    };
  };
  EXPECT_FALSE(snapshot.resources().has_other(p1, "Condition", fits("none")));
  EXPECT_EQ(asked, (Texts{"Basic", "Observation"}))
      << "neither the type that is left out, nor what is deleted, nor another's";
  asked.clear();
  EXPECT_TRUE(snapshot.resources().has_other(p1, "Condition", fits("Basic")));
  EXPECT_EQ(asked, Texts{"Basic"}) << "the first is enough";
  EXPECT_FALSE(snapshot.resources().has_other(PatientNumber::nobody, "Condition", fits("none")));
  // A walk inside another walk: both come to their end.
  asked.clear();
  Versions outer;
  const auto nested = [&](std::uint32_t, Pk pk) {
    outer.push_back(pk);
    EXPECT_TRUE(snapshot.resources().has_other(p1, "Basic", fits("Observation")));
    return false;
  };
  EXPECT_FALSE(snapshot.resources().has_other(p1, "Observation", nested));
  EXPECT_EQ(outer.size(), 2u);
  EXPECT_EQ(asked, (Texts{"Condition", "Observation", "Condition", "Observation"}));
}

TEST_F(GrantsTest, WhatShapesCannotTellApartIsClosedOrAskedFor) {
  Batch batch;
  for (std::uint32_t number = 1; number < closed_shape;) {
    Write many;
    many.type = "Basic", many.id = std::to_string(number), many.body = std::string(24, ' ');
    for (int i = 0; i < 1'000 && number < closed_shape; ++i)
      many.shapes.push_back("s" + std::to_string(number++));
    batch.writes.push_back(std::move(many));
  }
  Write more = batch.writes.front();
  more.id = "more", more.shapes = {"s7", "beyond", "s8"};
  more.rows.tokens = {{7, 70, {0}}, {7, 71, {1}}, {7, 72, {2}}, {7, 73, {3}}};
  batch.writes.push_back(more);
  more.id = "beyond", more.shapes = {"beyond as a whole"};
  more.rows = {};
  batch.writes.push_back(more);
  ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  const Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(snapshot.grants().last_shape(), closed_shape - 1);
  EXPECT_EQ(snapshot.resources().find("Basic", "more")->shape, 7u);
  EXPECT_EQ(snapshot.resources().find("Basic", "beyond")->shape, 0u) << "the resource must be asked";
  EXPECT_FALSE(snapshot.grants().shape_text(closed_shape));
  Statement shapes(Connection(folder_ / "handoff.db", true),
                   "SELECT vis & 65535 FROM token WHERE param = 7 ORDER BY hash");
  std::vector<std::int64_t> found;
  while (shapes.step()) found.push_back(shapes.integer(0));
  EXPECT_EQ(found, (std::vector<std::int64_t>{7, closed_shape, 8, closed_shape}))
      << "a facet that nobody told of is closed, too";
}

}  // namespace
}  // namespace handoff::sqlite
