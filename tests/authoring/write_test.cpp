#include "authoring/write.h"

#include <future>

#include "../sample_gateway.h"

namespace handoff::authoring {
namespace {

using admission::Method;

class WriteTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    admit_record();
    authoring_.emplace(*gate_, *admission_, fhir::Definitions::r4());
  }

  static auth::Requester advocates() {
    return {"org-adv", "Organization/ORG-ADV", "provider", {"TREAT"}, {*auth::parse_scope("system/*.cruds")}};
  }
  static auth::Requester custodian() {
    return {"org-op", "", "operator", {}, {*auth::parse_scope("system/*.cruds")}};
  }

  json::Value kept(const std::string& text) {
    documents_.push_back(json::parse(text).value());
    return documents_.back().root();
  }
  Entry update(const std::string& type, const std::string& id) {
    Entry entry{Method::update, type, id};
    entry.resource = kept(body(type, id));
    return entry;
  }
  Result<Instant> commit(Plan plan) {
    std::promise<Result<Instant>> committed;
    admission_->commit(std::move(plan.prepared),
                       [&](Result<Instant> at) { committed.set_value(std::move(at)); });
    return committed.get_future().get();
  }
  // An update of the goal that gives it another description, made of what is stored.
  static Entry derived_goal(const std::string& id, const std::string& description) {
    Entry entry{Method::update, "Goal", id};
    entry.derive = [description](json::Arena& arena, json::Value current) -> Result<json::Value> {
      const json::Member text[] = {{"text", arena.string(description)}};
      return json::with_member(arena, current, "description", arena.object(text));
    };
    return entry;
  }

  std::optional<Authoring> authoring_;
  std::deque<json::Document> documents_;
};

TEST_F(WriteTest, ASingleWriteIsATransactionOfOne) {
  auto plan = authoring_->plan(custodian(), {update("Goal", "g1")});
  ASSERT_TRUE(plan) << plan.error().summary();
  ASSERT_EQ(plan->written.size(), 1u);
  EXPECT_TRUE(plan->prepared.is_empty()) << "nothing changed";
  EXPECT_EQ(plan->written[0].version, 1u);
  EXPECT_TRUE(plan->written[0].updated) << "what stands already has its time";
}

TEST_F(WriteTest, DerivesFromTheCurrentVersionOnEachAttempt) {
  auto first = authoring_->plan(custodian(), {derived_goal("g1", "walks daily")});
  ASSERT_TRUE(first) << first.error().summary();
  auto second = authoring_->plan(custodian(), {derived_goal("g1", "sleeps well")});
  ASSERT_TRUE(second) << second.error().summary();
  ASSERT_TRUE(commit(std::move(*first)));
  EXPECT_EQ(commit(std::move(*second)).error().kind, Kind::conflict);
  second = authoring_->plan(custodian(), {derived_goal("g1", "sleeps well")});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->written[0].version, 3u);
  ASSERT_TRUE(commit(std::move(*second)));
  EXPECT_NE(body("Goal", "g1").find("sleeps well"), std::string::npos);
}

TEST_F(WriteTest, DerivesNothingFromWhatIsMissingOrHidden) {
  const auth::Requester strangers{"org-pcp1", "Organization/ORG-PCP1", "pcp", {"TREAT"}, {}};
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Organization","id":"ORG-PCP1","active":true,"name":"Elm Street"})",
       R"({"resourceType":"Goal","id":"g9","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p9"}})",
       R"({"resourceType":"Patient","id":"p9"})"}));
  for (const char* id : {"none", "g9"}) {
    const auto plan = authoring_->plan(strangers, {derived_goal(id, "x")});
    ASSERT_FALSE(plan) << id;
    EXPECT_EQ(plan.error().kind, Kind::not_found) << id;
  }
  auto failing = derived_goal("g1", "x");
  failing.places.resource = "Bundle.entry[4].resource";
  failing.derive = [](json::Arena&, json::Value) -> Result<json::Value> {
    return problem(Kind::unprocessable, "the path leads nowhere", "Bundle.entry[4].resource.data[0].path");
  };
  const auto plan = authoring_->plan(custodian(), {failing});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().issues[0].expression, "Bundle.entry[4].resource.data[0].path");
}

TEST_F(WriteTest, AConditionIsASearchByWhatIsSeen) {
  const auto condition =
      parse_condition(fhir::Definitions::r4(), "Patient",
                      "identifier=https://handoff.example.org/id/booking%7CB-77", "http.If-None-Exist");
  ASSERT_TRUE(condition) << condition.error().summary();
  const store::Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(find(*gate_->view_of(custodian(), snapshot).value(), *condition)->size(), 1u);
  const auth::Requester doctors{"org-pcp1", "Organization/ORG-PCP1", "pcp", {"TREAT"}, {}};
  EXPECT_TRUE(find(*gate_->view_of(doctors, snapshot).value(), *condition)->empty())
      << "the booking number is hidden";
}

TEST_F(WriteTest, AConditionComparesLettersAndNotHashesAlone) {
  Condition condition = *parse_condition(fhir::Definitions::r4(), "Patient",
                                         "identifier=https://handoff.example.org/id/booking%7CB-77", {});
  condition.identifier.second = "B-78";  // as if its hash were the same
  const store::Snapshot snapshot = store_->snapshot();
  EXPECT_TRUE(find(*gate_->view_of(custodian(), snapshot).value(), condition)->empty());
}

TEST_F(WriteTest, AnIdentifierMayHoldTheSignsOfSearches) {
  const Identifier odd{"urn:a,b", R"(x|y\z$1,2)"};
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Organization","id":"odd","name":"Odd","identifier":[{"system":"urn:a,b","value":"x|y\\z$1,2"}]})"}));
  const auto condition = identifier_condition(fhir::Definitions::r4(), "Organization", odd, {});
  ASSERT_TRUE(condition) << condition.error().summary();
  const store::Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(find(*gate_->view_of(custodian(), snapshot).value(), *condition)->size(), 1u);
}

TEST_F(WriteTest, OnlyOneSearchIsServedAsACondition) {
  for (const char* query : {"", "name=a", "identifier=a", "identifier=%7Ca", "identifier=a%7C",
                            "identifier=a%7Cb&x=1", "identifier=a%7Cb,c%7Cd"})
    EXPECT_EQ(parse_condition(fhir::Definitions::r4(), "Patient", query, "here").error().kind,
              Kind::unsupported)
        << query;
  const auto refused = parse_condition(fhir::Definitions::r4(), "Binary", "identifier=a%7Cb", "here");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().issues[0].expression, "here");
}

TEST_F(WriteTest, PlacesNameTheEntry) {
  Entry wrong = update("Goal", "g1");
  wrong.resource = kept(
      sample::changed(body("Goal", "g1"), R"("lifecycleStatus":"active")", R"("lifecycleStatus":"wrong")"));
  wrong.places.resource = "Bundle.entry[7].resource";
  for (const bool beside_another : {false, true}) {
    std::vector<Entry> entries{wrong};
    if (beside_another) entries.push_back(update("Condition", "d1"));
    const auto plan = authoring_->plan(custodian(), entries);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().issues[0].expression, "Bundle.entry[7].resource.lifecycleStatus")
        << beside_another;
  }
}

// Whoever learns that a resource is there is told its version and time as they are shown, and the ledger says
// so.
TEST_F(WriteTest, WhatAConditionFindsIsShownAndRecorded) {
  Entry entry{Method::create, "Patient", "new"};
  entry.resource = kept(R"({"resourceType":"Patient"})");
  entry.if_none_exist = *parse_condition(fhir::Definitions::r4(), "Patient",
                                         "identifier=https://handoff.example.org/id/booking%7CB-77", {});
  auto plan = authoring_->plan(custodian(), {entry});
  ASSERT_TRUE(plan) << plan.error().summary();
  EXPECT_EQ(plan->written[0].id, "p1");
  EXPECT_EQ(plan->written[0].tag, std::to_string(plan->written[0].version));
  ASSERT_EQ(plan->prepared.batch.ledger.size(), 1u);
  EXPECT_NE(plan->prepared.batch.ledger[0].find("Patient/p1/_history/"), std::string::npos);
}

TEST_F(WriteTest, APlanEndsInTime) {
  Entry entry{Method::create, "Patient", "new"};
  entry.resource = kept(R"({"resourceType":"Patient"})");
  entry.if_none_exist = *parse_condition(fhir::Definitions::r4(), "Patient",
                                         "identifier=https://handoff.example.org/id/booking%7CB-77", {});
  EXPECT_THROW((void)authoring_->plan(custodian(), {entry}, Deadline::after(std::chrono::milliseconds{0})),
               TimeOver);
}

TEST_F(WriteTest, NothingIsPlannedOfNothing) {
  const auto plan = authoring_->plan(advocates(), {});
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->prepared.is_empty());
}

}  // namespace
}  // namespace handoff::authoring
