#include "demo/summary.h"

#include "../fhir_names.h"
#include "../sample_gateway.h"

namespace handoff::gateway {
namespace {

class SummaryTest : public sample::GatewayTest {};

TEST_F(SummaryTest, SaysWhatTheStoreHoldsAndWhatTheFeedsReport) {
  ASSERT_TRUE(contribute(
      R"("identifier":[{"system":"urn:x","value":"no"},{"system":"https://handoff.example.org/id/medicaid","value":"100000000001"}])",
      "ORG-ADV"));
  admit_quiet_record();
  issue_aftercare();
  intake::FeedReport feed{"corrections/referrals.csv", false, 6, 1, {}, 1, 1, 2, 0};
  mapping::Rejection rejection;
  rejection.record = 7, rejection.field = "DOB", rejection.reason = "a \"quoted\"\nreason";
  feed.rejected.push_back(rejection);
  intake::FeedReport unmapped;
  unmapped.feed = "other/new.csv", unmapped.unmapped = true;
  store::Batch batch;
  store::OutboxUpdate withheld;
  withheld.id = row_for("ORG-MC1").id, withheld.status = store::DeliveryStatus::withheld,
  withheld.reason = "no consent on file for this recipient";
  batch.outbox_updates.push_back(withheld);
  store::OutboxRow told;
  told.event = "E5", told.patient = "Patient/p1"_ref, told.recipient = "ORG-PCP1",
  told.focus = "CarePlan/cp1/_history/1", told.status = store::DeliveryStatus::delivered,
  told.consent = "CN-1", told.reason = "covered by consent CN-1";
  batch.outbox.push_back(told);
  ASSERT_TRUE(store_->commit_and_wait(batch));
  const Summary summary = summarize({feed, unmapped}, store_->snapshot(), {1.25, 0.5, 0});
  const auto parsed = json::parse(to_json(summary));
  ASSERT_TRUE(parsed) << parsed.error().summary();
  const json::Value root = parsed->root();
  EXPECT_EQ(
      json::write(root["feeds"]),
      R"([{"feed":"corrections/referrals.csv","records":6,"mapped":1,"rejected":[{"record":7,"key":null,)"
      R"("field":"DOB","reason":"a \"quoted\"\nreason"}],"duplicates":1,"waiting":1,"review":2,"later":0},)"
      R"({"feed":"other/new.csv","unmapped":true}])");
  EXPECT_EQ(root["resources"]["Patient"].text(), "1");
  EXPECT_EQ(root["resources"]["Organization"].text(), "4");
  const std::string patient =
      R"("patient":{"system":"https://handoff.example.org/id/medicaid","value":"100000000001"})";
  std::vector<std::string> deliveries;
  for (const json::Value delivery : root["deliveries"].items()) deliveries.push_back(json::write(delivery));
  EXPECT_EQ(
      deliveries,
      (std::vector<std::string>{
          R"({"event":"E14",)" + patient +
              R"(,"recipient":"ORG-PCP1","status":"failed","consent":null,"reason":"not delivered yet"})",
          R"({"event":"E14",)" + patient +
              R"(,"recipient":"ORG-MC1","status":"withheld","consent":null,"reason":"no consent on file for this recipient"})",
          R"({"event":"E5",)" + patient +
              R"(,"recipient":"ORG-PCP1","status":"delivered","consent":"CN-1","reason":"covered by consent CN-1"})"}));
  EXPECT_EQ(root["seconds"]["map"].text(), "1.250");
  const std::string people = to_text(summary);
  for (const char* part :
       {"(no mapping yet)", "record 7 DOB",
        "\n2 records wait for a person to say whose they are: handoff review list",
        "E14: 0 delivered\n    1 failed: not delivered yet\n    1 withheld: no consent on file",
        "E5: 1 delivered"})
    EXPECT_NE(people.find(part), people.npos) << part;
  EXPECT_EQ(people.find("before"), people.npos) << people;
}

TEST_F(SummaryTest, SaysWhatWasThereBeforeThisStart) {
  EXPECT_FALSE(earlier_of(store_->snapshot()).has_resources);
  admit_quiet_record();
  store::OutboxRow sent;
  sent.event = "E5", sent.patient = "Patient/p1"_ref, sent.recipient = "ORG-PCP1",
  sent.focus = "CarePlan/cp1/_history/1", sent.status = store::DeliveryStatus::delivered;
  store::Batch first, second;
  first.outbox.push_back(sent);
  ASSERT_TRUE(store_->commit_and_wait(first));
  const Earlier earlier = earlier_of(store_->snapshot());
  const std::string again = to_text(summarize({}, store_->snapshot(), {}, earlier));
  EXPECT_NE(again.find("This folder was used before."), again.npos) << again;
  EXPECT_NE(again.find("E5: 1 delivered (all before this start)\n"), again.npos) << again;
  sent.recipient = "ORG-MC1";
  second.outbox.push_back(sent);
  ASSERT_TRUE(store_->commit_and_wait(second));
  const std::string more = to_text(summarize({}, store_->snapshot(), {}, earlier));
  EXPECT_NE(more.find("E5: 2 delivered (1 before this start)\n"), more.npos) << more;
}

TEST_F(SummaryTest, OneRecordWaits) {
  intake::FeedReport feed{"corrections/referrals.csv", false, 1, 0, {}, 0, 0, 1, 0};
  const std::string told = to_text(summarize({feed}, store_->snapshot(), {}));
  EXPECT_NE(told.find("\n1 record waits for a person to say whose it is: "), told.npos) << told;
}

}  // namespace
}  // namespace handoff::gateway
