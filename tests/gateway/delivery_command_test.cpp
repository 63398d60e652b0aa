#include "tools/delivery_command.h"

#include "../sample_gateway.h"

namespace handoff::gateway {
namespace {

// Three deliveries of one aftercare plan: one is to be tried again, one was withheld, one waits.
class DeliveryCommandTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    admit_quiet_record();
    issue_aftercare();
    update("ORG-PCP1", store::DeliveryStatus::queued, "CN-1", "the recipient answered 503", 503);
    update("ORG-MC1", store::DeliveryStatus::withheld, "", "no consent on file for this recipient", 0);
    options_.place.data = folder_;
  }
  void update(const std::string& recipient, store::DeliveryStatus status, const std::string& consent,
              const std::string& reason, int answer) {
    store::OutboxUpdate update{row_for(recipient).id,
                               sample::at("2026-01-02T03:04:05Z"),
                               1,
                               status,
                               std::nullopt,
                               reason,
                               answer,
                               reason};
    if (!consent.empty()) update.consent = consent;
    store::Batch batch;
    batch.outbox_updates.push_back(update);
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  std::tuple<int, std::string, std::string> run(const std::string& action,
                                                const disclosure::AuditParameters& parameters = {}) {
    options_.parameters = parameters;
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const int code = run_delivery(action, options_);
    std::string out = testing::internal::GetCapturedStdout();
    return {code, std::move(out), testing::internal::GetCapturedStderr()};
  }
  AuditOptions options_;
};

TEST_F(DeliveryCommandTest, WhatWasWithheldAndWhy) {
  const auto [code, out, error] = run("list", {{"outcome", "withheld"}});
  EXPECT_EQ(code, 0) << error;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2) << out;
  for (const char* part : {"ORG-MC1", "E14", "Patient/p1", "2024-05-01T12:00:00-04:00", "withheld",
                           "no consent on file for this recipient"})
    EXPECT_NE(out.find(part), out.npos) << part << out;
}

TEST_F(DeliveryCommandTest, WhatIsStuckAndWhenItIsTriedAgain) {
  const auto [code, out, error] = run("list", {{"recipient", "ORG-PCP1"}, {"outcome", "queued,failed"}});
  EXPECT_EQ(code, 0) << error;
  EXPECT_NE(out.find("the recipient answered 503; next attempt 2026-01-01T22:04:05-05:00"), out.npos) << out;
  EXPECT_NE(out.find("CN-1"), out.npos) << out;
}

TEST_F(DeliveryCommandTest, OneIsShownWithItsAttempts) {
  options_.id = std::to_string(row_for("ORG-PCP1").id);
  const auto [code, out, error] = run("show");
  EXPECT_EQ(code, 0) << error;
  for (const char* part : {"recipient     ORG-PCP1", "focus         Composition/x1/_history/1",
                           "answer  result", "503     the recipient answered 503"})
    EXPECT_NE(out.find(part), out.npos) << part << out;
  for (const char* personal : {"Rivera", "Ana", "1990", "B-77", "sertraline"})
    EXPECT_EQ(out.find(personal), out.npos) << personal;
}

TEST_F(DeliveryCommandTest, AWrongCallNamesItsOption) {
  const std::pair<disclosure::AuditParameters, const char*> cases[] = {
      {{{"outcome", "stuck"}},
       "handoff delivery list: --outcome: there is no outcome \"stuck\"; possible values: queued, delivered, "
       "withheld, failed\n"},
      {{{"event", "E15"}},
       "handoff delivery list: --event: no delivery has the event E15; known events: E14\n"},
      {{{"recipient", "ORG-PCP99"}},
       "handoff delivery list: --recipient: there are no deliveries to ORG-PCP99, and no such Organization "
       "is stored\n"},
      {{{"until", "soon"}},
       "handoff delivery list: --until: must be a date (2024-06-30) or a dateTime "
       "(2024-06-30T08:00:00-04:00)\n"},
  };
  for (const auto& [parameters, said] : cases) {
    const auto [code, out, error] = run("list", parameters);
    EXPECT_EQ(code, 2);
    EXPECT_EQ(error, said);
  }
  options_.id = "x";
  const auto [code, out, error] = run("show");
  EXPECT_EQ(code, 2);
  EXPECT_EQ(error, "handoff delivery show: ID: there is no such delivery\n");
}

}  // namespace
}  // namespace handoff::gateway
