// How a record changes what other records brought, and what it leaves behind if it is rejected.
#include "reviews_fixture.h"
#include "store/intake_states.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

// An additional mapping of exits, which produces no resource of its own.
constexpr const char* exits = R"map({"map": "vendor/exits", "version": "1", "title": "Exits",
  "source": {"format": "csv", "columns": {"enrollment_id": {"required": true}, "referral_id": {}, "left_on": {"type": "date", "required": true}, "dob": {"type": "date"}, "deleted": {}}},
  "taken": {"on": "left_on"},
  "person": {"link": [{"system": "https://handoff.example.org/id/enrollment", "value": "{{ enrollment_id }}"},
    {"system": "https://handoff.example.org/id/referral", "value": "{{ referral_id }}"}], "birthDate": "{{ dob }}"},
  "produce": {"exit": {
    "when": "deleted.empty()",
    "amends": {"type": "CareTeam", "where": "identifier.where(system = 'https://handoff.example.org/id/enrollment' and value = %context.enrollment_id).exists()"},
    "resource": {"status": "inactive"}}}})map";

class ChangesTest : public ReviewsTest {
 protected:
  void SetUp() override {
    ReviewsTest::SetUp();
    mappings_ = folder_ / "mappings";
    std::filesystem::copy(std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings", mappings_,
                          std::filesystem::copy_options::recursive);
    std::filesystem::create_directories(mappings_ / "vendor/exits");
    std::ofstream(mappings_ / "vendor/exits/map.json") << exits;
    office_->set_mappings(mappings_);
  }
  void write_exits(const std::string& rows) const {
    write("vendor/exits.csv", "enrollment_id,referral_id,left_on,dob,deleted\n" + rows);
  }
  // "status version" of all resources of this type.
  std::string states(const std::string& type) const {
    std::string all;
    store_->snapshot().resources().each_resource([&](const store::Version& version) {
      if (version.type != type) return true;
      const auto parsed = json::parse(version.body);
      all +=
          fmt::format("{}{} {}", all.empty() ? "" : ", ", parsed->root()["status"].text(), version.version);
      return true;
    });
    return all;
  }
};

TEST_F(ChangesTest, AnExitFindsItsPersonByTheLinkAlone) {
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  write_exits("E-1,,2024-03-01,,\n");
  EXPECT_EQ(run(), (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0"}));
  EXPECT_EQ(states("CareTeam"), "inactive 2");
  EXPECT_EQ(run(), (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0"}));
  EXPECT_EQ(states("CareTeam"), "inactive 2") << "the same again changes nothing";
}

TEST_F(ChangesTest, AnExitOfAnEnrolmentThatIsNotThereWaits) {
  write_exits("E-1,,2024-01-15,,\n");
  EXPECT_EQ(run(), std::vector<std::string>{"0/0/0/1/0"});
  ASSERT_EQ(store_->snapshot().intake().waiting().size(), 1u);
  EXPECT_EQ(store_->snapshot().intake().waiting().front().type, "Patient");
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  EXPECT_EQ(run(), (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0"}))
      << "its enrolment comes on 2024-02-01";
  EXPECT_EQ(states("CareTeam"), "inactive 2");
  EXPECT_TRUE(store_->snapshot().intake().waiting().empty());
}

// The person is known, but the resource that the record changes is not. The record waits for any resource of
// that type of this person.
TEST_F(ChangesTest, AnExitOfAKnownPersonWaitsForTheTeam) {
  write("corrections/referrals.csv", referral_columns + referral(ana));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  write_exits("E-1,R-1,2024-01-15,,\nE-2,R-1,2024-01-16,,\n");
  std::map<std::string, std::string> waited_for;
  const auto counts = run([&](const std::string& day) {
    for (const auto& waiting : store_->snapshot().intake().waiting())
      waited_for[day] += waiting.type + " " + waiting.system + ";";
  });
  EXPECT_EQ(waited_for["2024-01-16"], "CareTeam of;CareTeam of;");
  EXPECT_EQ(waited_for["2024-02-01"], "CareTeam of;") << "that of E-2 has not come";
  EXPECT_EQ(counts, (std::vector<std::string>{"1/0/0/0/0", "1/0/0/0/0", "1/0/0/1/0"}));
  EXPECT_EQ(states("CareTeam"), "inactive 2");
}

TEST_F(ChangesTest, WhoseEvidenceContradictsIsHeld) {
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  write_exits("E-1,,2024-03-01,1970-01-01,\n");
  EXPECT_EQ(run().back(), "0/0/0/0/1");
  EXPECT_EQ(states("CareTeam"), "active 1");
  EXPECT_EQ(open().size(), 1u);
}

TEST_F(ChangesTest, WhatIsPassedOverIsCountedApart) {
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  write_exits("E-1,,2024-03-01,,yes\n");
  EXPECT_EQ(run().back(), "0/0/0/0/0");
  EXPECT_EQ(calendar_->report().back().empty, 1u);
  EXPECT_EQ(states("CareTeam"), "active 1");
}

// The enrolment ends before it begins. It was finished on the day of its end, and is rejected on the day of
// its begin.
TEST_F(ChangesTest, ARejectedRecordLeavesNothingBehind) {
  write("vendor/enrollments.csv",
        enrollment_columns +
            "E-1,R-1,ORG-ADV,BH-JI,100000000017,TWINB,ANA,1991-03-04,2024-03-01,,,,2024-02-01,,,,,\n");
  EXPECT_EQ(run(), std::vector<std::string>{"0/1/0/0/0"});
  EXPECT_EQ(calendar_->report().back().rejected.front().field, "exited_on");
  EXPECT_EQ(count("Patient"), 0u);
  EXPECT_EQ(count("EpisodeOfCare"), 0u);
  EXPECT_EQ(count("Provenance"), 2u) << "the organizations'";
}

// The record is rejected although the flaw shows only on its later day.
TEST_F(ChangesTest, AFlawOfALaterDayRejectsBeforeTheFirst) {
  write("corrections/referrals.csv", referral_columns + referral(ana));
  std::string form = consent("CN-1", "R-1");
  form = sample::changed(form, R"("recipient":"ORG-PCP1")", R"("recipient":"Doctors, Inc.")");
  write("vendor/consents.jsonl", sample::changed(form, R"("revokedOn":null)", R"("revokedOn":"2024-05-01")"));
  EXPECT_EQ(run().back(), "0/1/0/0/0");
  EXPECT_EQ(count("Consent"), 0u);
}

TEST_F(ChangesTest, APlanThatIsChangedTwentyTimesIsOnePlanWithItsVersions) {
  write("corrections/referrals.csv", referral_columns + referral(ana));
  write("vendor/enrollments.csv", enrollment_columns + enrollment("E-1", ana));
  std::string plans;
  for (const int day : {20, 3, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
    plans += sample::changed(plan("SP-1", "E-1"), "2024-02-10", fmt::format("2024-03-{:02}", day));
  write("vendor/support_plans.jsonl", plans);
  EXPECT_EQ(run().back(), "20/0/0/0/0");
  EXPECT_EQ(count("CarePlan"), 1u);
  std::string found;
  store_->snapshot().resources().each_resource([&](const store::Version& version) {
    if (version.type == "CarePlan")
      found = fmt::format("{} {}", version.version, json::parse(version.body)->root()["created"].text());
    return true;
  });
  EXPECT_EQ(found, "20 2024-03-20");
}

// All wait for the enrolment. The newest is taken in last, wherever it stands in the file.
TEST_F(ChangesTest, OfStatesThatWaitedTheNewestStands) {
  Person late = ana;
  write("corrections/referrals.csv", referral_columns + referral(late));
  write("vendor/enrollments.csv",
        enrollment_columns + sample::changed(enrollment("E-1", late), "2024-02-01", "2024-05-01"));
  std::string plans;
  for (const int day : {20, 1, 11})
    plans += sample::changed(plan("SP-1", "E-1"), "2024-02-10", fmt::format("2024-03-{:02}", day));
  write("vendor/support_plans.jsonl", plans);
  EXPECT_EQ(run().back(), "3/0/0/0/0");
  store_->snapshot().resources().each_resource([&](const store::Version& version) {
    if (version.type != "CarePlan") return true;
    EXPECT_EQ(json::parse(version.body)->root()["created"].text(), "2024-03-20");
    return true;
  });
}

}  // namespace
}  // namespace handoff::intake
