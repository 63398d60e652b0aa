// Since when a resource has been as a recipient sees it. A consent, a date or another write that opens it or
// more of it sets this time. Nothing hidden changes it.

#include "../patterns.h"
#include "pulls.h"
#include "store/resources.h"
#include "store/search.h"
#include "terms.h"

namespace handoff::disclosure {
namespace {

class ViewTimeTest : public PullsTest {
 protected:
  void SetUp() override {
    PullsTest::SetUp();
    sample::RandomWorld world{1};
    ASSERT_TRUE(admit(world.directory(), ""));
    ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera"}])", adv));
    pass_hours(24);
    ASSERT_TRUE(admit(
        {condition("d1", "I10"), condition("d2", "F11.20"),
         R"({"resourceType":"CarePlan","id":"cp1","meta":{"security":[{"system":)"
         R"("http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"SUD"}]},"status":"completed","intent":"plan","subject":{"reference":"Patient/p1"},)"
         R"("addresses":[{"reference":"Condition/d1"},{"reference":"Condition/d2"}]})"}));
    written_ = clock_.now();
    pass_hours(24 * 31);
  }
  void give(const Terms& terms) {
    const auto admitted = admit({consent_of(terms)}, terms.discloser);
    ASSERT_TRUE(admitted) << admitted.error().summary();
    given_ = clock_.now();
    pass_hours(24);
  }
  void take_back(const std::string& id) {
    ASSERT_TRUE(admit({consent_of({.id = id})}, adv,
                      [](admission::Entry& entry) { entry.method = admission::Method::remove; }));
    given_ = clock_.now();
    pass_hours(24);
  }
  // What the PCP finds when it searches for changes since the day before.
  Names found(const char* type, Instant since) const {
    const store::Snapshot snapshot = store_->snapshot();
    Scope scope(pcp_);
    const RecipientView view(snapshot, scope, pcp_, clock_.now());
    const Found all =
        pages(view, snapshot,
              query_of(type, {{"_lastUpdated", "gt" + format_instant(since)}, {"_total", "accurate"}}));
    EXPECT_EQ(all.total, all.names.size());
    return {all.names.begin(), all.names.end()};
  }
  std::optional<Instant> time_of(const std::string& name) const { return PullsTest::time_of(pcp_, name); }

  const Audience pcp_{"Organization/ORG-PCP1", "TREAT"};
  Instant written_, given_;
};

TEST_F(ViewTimeTest, AConsentWidenedTodayOpensACarePlanOfLastMonth) {
  give({.labels = "STD"});
  const Instant narrow = given_;
  ASSERT_EQ(time_of("CarePlan/cp1"), std::nullopt);
  ASSERT_EQ(time_of("Condition/d1"), narrow);
  const Instant yesterday = clock_.now() - std::chrono::hours{12};
  EXPECT_EQ(found("CarePlan", yesterday), Names{});
  give({});
  EXPECT_EQ(time_of("CarePlan/cp1"), given_);
  EXPECT_EQ(time_of("Patient/p1"), given_);
  EXPECT_EQ(found("CarePlan", yesterday), Names{"CarePlan/cp1"});
  EXPECT_EQ(found("CarePlan", given_), Names{});
  // An operator sees the stored time.
  const store::Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(snapshot.resources().read("CarePlan", "cp1")->updated, written_);
  EXPECT_TRUE(
      snapshot.searches()
          .search(query_of("CarePlan", {{"_lastUpdated", "gt" + format_instant(yesterday)}}), {}, nullptr)
          ->matches.empty());
}

TEST_F(ViewTimeTest, ANarrowerConsentMovesNothing) {
  give({});
  const Instant wide = given_;
  give({.labels = "PSY MH JI"});
  EXPECT_EQ(time_of("Condition/d1"), wide);
  EXPECT_EQ(time_of("CarePlan/cp1"), std::nullopt);
  give({.id = "c2", .labels = "PSY"});
  EXPECT_EQ(time_of("Condition/d1"), wide) << "beside one that says as much";
  give({.labels = "PSY MH JI", .last = "2024-11-30"});
  EXPECT_EQ(time_of("Condition/d1"), wide) << "a shorter one";
}

TEST_F(ViewTimeTest, RevokedAndGivenAgain) {
  give({});
  give({.status = "inactive"});
  EXPECT_EQ(time_of("CarePlan/cp1"), std::nullopt);
  give({});
  EXPECT_EQ(time_of("CarePlan/cp1"), given_);
  take_back("c1");
  EXPECT_EQ(time_of("CarePlan/cp1"), std::nullopt);
  give({});
  EXPECT_EQ(time_of("CarePlan/cp1"), given_);
}

TEST_F(ViewTimeTest, ADenialBegunAndEnded) {
  const Audience own{"Organization/ORG-ADV", "TREAT"};
  give({});
  const Instant first = given_;
  give({.id = "c2", .recipient = "", .type = "deny"});
  EXPECT_EQ(time_of("CarePlan/cp1"), std::nullopt);
  EXPECT_EQ(PullsTest::time_of(own, "CarePlan/cp1"), std::nullopt) << "it binds the discloser, too";
  take_back("c2");
  EXPECT_EQ(time_of("CarePlan/cp1"), given_);
  EXPECT_EQ(PullsTest::time_of(own, "CarePlan/cp1"), given_);
  EXPECT_GT(given_, first);
}

TEST_F(ViewTimeTest, WhatOneDisclosesItselfIsNotMovedByWhatOthersGive) {
  const Audience own{"Organization/ORG-ADV", "TREAT"};
  ASSERT_EQ(PullsTest::time_of(own, "CarePlan/cp1"), written_);
  give({.discloser = bhn, .recipient = adv});
  EXPECT_EQ(PullsTest::time_of(own, "CarePlan/cp1"), written_);
}

// A recipient that gave a Patient, but sees nothing else of the person, is shown the Patient with the first
// resource that others give it.
TEST_F(ViewTimeTest, ThePatientOfADiscloserAppearsWithWhatOthersGive) {
  const Audience jail{"Organization/ORG-HOC", "TREAT"};
  ASSERT_TRUE(contribute(R"("address":[{"city":"Lowell"}])", "ORG-HOC"));
  pass_hours(24);
  EXPECT_EQ(PullsTest::time_of(jail, "Patient/p1"), std::nullopt);
  give({.recipient = "ORG-HOC"});
  EXPECT_EQ(PullsTest::time_of(jail, "Patient/p1"), given_);
  ASSERT_TRUE(contribute(R"("name":[{"family":"Stone"}])", "ORG-HOC", "p3"));
  EXPECT_EQ(PullsTest::time_of(jail, "Patient/p3"), std::nullopt);
  pass_hours(24);
  ASSERT_TRUE(admit({sample::replaced(condition("d9", "I10"), "Patient/p1", "Patient/p3")}, "ORG-HOC"));
  EXPECT_EQ(PullsTest::time_of(jail, "Patient/p3"), clock_.now()) << "with the first of its own";
}

TEST_F(ViewTimeTest, ASecondDiscloserOfThePatient) {
  give({});
  ASSERT_TRUE(contribute(R"("address":[{"city":"Lowell"}])", bhn));
  pass_hours(24);
  const Instant before = *time_of("Patient/p1");
  EXPECT_LT(before, clock_.now() - std::chrono::hours{24}) << "a hidden part moves nothing";
  give({.id = "c2", .discloser = bhn});
  EXPECT_EQ(time_of("Patient/p1"), given_);
}

// Only its disclosers see a consent like this, and it opens nothing to strangers.
TEST_F(ViewTimeTest, AHiddenConsentMovesNothing) {
  give({});
  const Instant first = given_;
  give({.id = "c2", .discloser = bhn, .recipient = ""});
  give({.id = "c3", .discloser = bhn, .recipient = "", .type = "deny"});
  take_back("c3");
  give({.id = "c4", .discloser = bhn, .recipient = "ORG-MCP1"});
  EXPECT_EQ(time_of("CarePlan/cp1"), first);
}

TEST_F(ViewTimeTest, WhatConcernsNothingThatIsThereMovesNothing) {
  give({});
  const Instant first = given_;
  Terms denial{.id = "c2", .recipient = "", .type = "deny", .denied = "STD"};
  give(denial);
  denial.status = "inactive";
  give(denial);
  give({.id = "c3", .recipient = "", .labels = "STD"});
  EXPECT_EQ(time_of("CarePlan/cp1"), first);
}

// A resource that is permitted, but has nothing left without a hidden reference, changes nothing either.
TEST_F(ViewTimeTest, WhatRedactionHides) {
  give({.discloser = bhn});
  const Instant first = given_;
  ASSERT_EQ(time_of("Consent/c1"), first);
  ASSERT_TRUE(admit({immunization("i1")}, bhn));
  pass_hours(24);
  ASSERT_TRUE(admit({evaluation("e1", "i1")}, bhn));
  pass_hours(24);
  EXPECT_EQ(time_of("ImmunizationEvaluation/e1"), std::nullopt);
  EXPECT_EQ(time_of("Consent/c1"), first);
  ASSERT_TRUE(admit({sample::replaced(evaluation("e1", "i1"), "flu", "HIV infection")}, bhn));
  pass_hours(24);
  ASSERT_TRUE(admit({evaluation("e1", "i1")}, bhn));
  pass_hours(24);
  EXPECT_EQ(time_of("Consent/c1"), first);
  EXPECT_EQ(time_of("Patient/p1"), std::nullopt);
  ASSERT_TRUE(admit({evaluation("e1", "nowhere")}, bhn));
  EXPECT_EQ(time_of("ImmunizationEvaluation/e1"), clock_.now());
  ASSERT_TRUE(contribute(R"("address":[{"city":"Lowell"}])", bhn));
  pass_hours(24);
  EXPECT_NE(time_of("Patient/p1"), std::nullopt);
}

TEST_F(ViewTimeTest, ThePatientAppearsWithWhatIsLeftOfTheFirst) {
  ASSERT_TRUE(contribute(R"("address":[{"city":"Lowell"}])", bhn));
  give({.discloser = bhn});
  ASSERT_TRUE(admit({immunization("i1"), evaluation("e1", "i1")}, bhn));
  pass_hours(24);
  ASSERT_EQ(time_of("Patient/p1"), std::nullopt);
  ASSERT_TRUE(admit({evaluation("e2", "nowhere")}, bhn));
  EXPECT_EQ(time_of("Patient/p1"), clock_.now());
}

TEST_F(ViewTimeTest, Dates) {
  const auto day = [](const std::string& date) { return sample::at(date + "T00:00:00-05:00"); };
  const std::string tomorrow = format_instant(clock_.now() + std::chrono::hours{48}).substr(0, 10);
  const std::string later = format_instant(clock_.now() + std::chrono::hours{24 * 9}).substr(0, 10);
  give({.first = tomorrow, .last = later});
  EXPECT_EQ(time_of("CarePlan/cp1"), std::nullopt);
  const Instant yesterday = clock_.now();
  pass_hours(48);
  EXPECT_EQ(time_of("CarePlan/cp1"), day(tomorrow)) << "not when it was given";
  EXPECT_EQ(found("CarePlan", yesterday), Names{"CarePlan/cp1"});
  // Folded again, and the date stays.
  ASSERT_TRUE(admit({consent_of({.id = "c5", .recipient = "ORG-MCP1"})}));
  EXPECT_EQ(time_of("CarePlan/cp1"), day(tomorrow));
  pass_hours(24 * 20);
  EXPECT_EQ(time_of("CarePlan/cp1"), std::nullopt) << "the period is over";
  give({});
  EXPECT_EQ(time_of("CarePlan/cp1"), given_);
}

// If a resource comes into view, others show a reference to it.
TEST_F(ViewTimeTest, RelabelledAndBack) {
  give({.labels = "PSY MH JI"});
  const auto write = [&](const std::string& code) {
    EXPECT_TRUE(admit({condition("d3", code)}));
    given_ = clock_.now();
    pass_hours(24);
  };
  write("I10");
  ASSERT_TRUE(
      admit({R"({"resourceType":"Goal","id":"g1","lifecycleStatus":"active","description":{"text":"x"},)"
             R"("subject":{"reference":"Patient/p1"},"addresses":[{"reference":"Condition/d3"}]})"}));
  const Instant goal = clock_.now();
  pass_hours(24);
  write("F11.20");
  EXPECT_EQ(time_of("Condition/d3"), std::nullopt);
  EXPECT_EQ(time_of("Goal/g1"), goal) << "less of it is no gain";
  EXPECT_LT(*time_of("Condition/d1"), goal);
  write("F11.10");
  EXPECT_EQ(time_of("Goal/g1"), goal) << "a change of what is hidden";
  write("I10");
  EXPECT_EQ(time_of("Condition/d3"), given_);
  EXPECT_EQ(time_of("Goal/g1"), given_);
  EXPECT_EQ(found("Goal", given_ - std::chrono::hours{1}), Names{"Goal/g1"});
}

// Resources of other disclosers may refer to what the recipient discloses itself.
TEST_F(ViewTimeTest, AnotherOnesPlanShowsWhatIsOnesOwnAgain) {
  const Audience own{"Organization/ORG-ADV", "TREAT"};
  ASSERT_TRUE(admit(
      {R"({"resourceType":"CarePlan","id":"cp2","status":"completed","intent":"plan","subject":{"reference":"Patient/p1"},)"
       R"("addresses":[{"reference":"Condition/d1"}]})"},
      bhn));
  give({.discloser = bhn, .recipient = adv});
  const Instant consented = given_;
  ASSERT_TRUE(admit({condition("d1", "I10")}, adv,
                    [](admission::Entry& entry) { entry.method = admission::Method::remove; }));
  pass_hours(24);
  EXPECT_EQ(PullsTest::time_of(own, "CarePlan/cp2"), consented) << "less of it is no gain";
  ASSERT_TRUE(admit({condition("d1", "I10")}, adv));
  EXPECT_EQ(PullsTest::time_of(own, "CarePlan/cp2"), clock_.now());
  EXPECT_LT(*PullsTest::time_of(own, "Condition/d2"), consented) << "its own others stay";
}

TEST_F(ViewTimeTest, ThePatientAppearsWithTheFirstResourceThatIsSeen) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Stone"}])", adv, "p2"));
  const std::string consent = sample::replaced(consent_of({.id = "c9"}), "Patient/p1", "Patient/p2");
  ASSERT_TRUE(admit({consent}));
  pass_hours(24 * 7);
  const Audience own{"Organization/ORG-ADV", "TREAT"};
  EXPECT_EQ(time_of("Patient/p2"), std::nullopt);
  ASSERT_TRUE(admit({sample::replaced(condition("d9", "I10"), "Patient/p1", "Patient/p2")}));
  EXPECT_EQ(time_of("Patient/p2"), clock_.now());
  pass_hours(1);
  const Instant appeared = *time_of("Patient/p2");
  ASSERT_TRUE(admit({sample::replaced(condition("d8", "I10"), "Patient/p1", "Patient/p2")}));
  ASSERT_TRUE(admit({sample::replaced(condition("d7", "F33.1"), "Patient/p1", "Patient/p2")}));
  EXPECT_EQ(time_of("Patient/p2"), appeared) << "once";
}

TEST_F(ViewTimeTest, SortedByTimesAsTheyAreSeen) {
  give({.labels = "PSY"});
  ASSERT_TRUE(admit({condition("d0", "I10")}));
  pass_hours(1);
  const auto sorted = [&](const char* sort, std::size_t count) {
    const store::Snapshot snapshot = store_->snapshot();
    Scope scope(pcp_);
    const RecipientView view(snapshot, scope, pcp_, clock_.now());
    search::Parameters parameters{{"_total", "accurate"}};
    if (*sort) parameters.emplace_back("_sort", sort);
    auto query = query_of("Condition", parameters);
    query.count = count;
    return pages(view, snapshot, query).names;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(sorted("_lastUpdated", 1), (List{"Condition/d1", "Condition/d0"}));
  give({});
  for (const std::size_t count : {1, 2, 10}) {
    EXPECT_EQ(sorted("_lastUpdated", count), (List{"Condition/d0", "Condition/d1", "Condition/d2"}))
        << "at once: by id";
    EXPECT_EQ(sorted("-_lastUpdated", count), (List{"Condition/d2", "Condition/d1", "Condition/d0"}));
    EXPECT_EQ(sorted("", count), (List{"Condition/d0", "Condition/d2", "Condition/d1"}))
        << "newest versions first";
  }
}

}  // namespace
}  // namespace handoff::disclosure
