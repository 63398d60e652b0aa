#include "summary.h"

#include "../sample_gateway.h"

namespace handoff::gateway {
namespace {

class SummaryTest : public sample::GatewayTest {};

TEST_F(SummaryTest, SaysWhatTheStoreHoldsAndWhatTheFeedsReport) {
  ASSERT_TRUE(contribute(
      R"("identifier":[{"system":"urn:x","value":"no"},{"system":"https://handoff.example.org/id/medicaid","value":"100000000001"}])",
      "ORG-ADV"));
  admit_record();
  issue_aftercare();
  intake::FeedReport feed{"corrections/referrals.csv", false, 4, 1, {}, 1, 1, 0};
  mapping::Rejection rejection;
  rejection.record = 7, rejection.field = "DOB", rejection.reason = "a \"quoted\"\nreason";
  feed.rejected.push_back(rejection);
  intake::FeedReport unmapped;
  unmapped.feed = "other/new.csv", unmapped.unmapped = true;
  const Summary summary = summarize({feed, unmapped}, store_->snapshot(), {1.25, 0.5, 0});
  const auto parsed = json::parse(to_json(summary));
  ASSERT_TRUE(parsed) << parsed.error().summary();
  const json::Value root = parsed->root();
  EXPECT_EQ(json::write(root["feeds"]), R"([{"feed":"corrections/referrals.csv","records":4,"mapped":1,"rejected":[{"record":7,"key":null,)"
                                        R"("field":"DOB","reason":"a \"quoted\"\nreason"}],"duplicates":1,"waiting":1,"later":0},)"
                                        R"({"feed":"other/new.csv","unmapped":true}])");
  EXPECT_EQ(root["resources"]["Patient"].text(), "1");
  EXPECT_EQ(root["resources"]["Organization"].text(), "4");
  const std::string patient = R"("patient":{"system":"https://handoff.example.org/id/medicaid","value":"100000000001"})";
  std::vector<std::string> deliveries;
  for (const json::Value delivery : root["deliveries"].items()) deliveries.push_back(json::write(delivery));
  EXPECT_EQ(deliveries,
            (std::vector<std::string>{
                R"({"event":"E14",)" + patient +
                    R"(,"recipient":"ORG-PCP1","status":"failed","consent":"CN-1","reason":"not delivered yet: covered by consent CN-1"})",
                R"({"event":"E14",)" + patient +
                    R"(,"recipient":"ORG-MC1","status":"withheld","consent":null,"reason":"no consent on file for this recipient"})"}));
  EXPECT_EQ(root["seconds"]["map"].text(), "1.250");
  const std::string people = to_text(summary);
  for (const char* part : {"(no mapping yet)", "record 7 DOB", "1 withheld: no consent on file", "0 delivered"})
    EXPECT_NE(people.find(part), people.npos) << part;
}

}  // namespace
}  // namespace handoff::gateway
