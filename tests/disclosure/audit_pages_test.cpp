#include "disclosure/audit_pages.h"
#include "sqlite/engine.h"

#include <future>

#include "../sample_gateway.h"

namespace handoff::disclosure {
namespace {

// The record of one person, whose aftercare plan went to ORG-PCP1, and of another person, which was only
// written.
class AuditPagesTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    admit_quiet_record();
    ASSERT_TRUE(admit(
        {R"({"resourceType":"Patient","id":"p2","identifier":[{"system":"urn:mrn","value":"2"}]})",
         R"({"resourceType":"Goal","id":"g2","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p2"}})"}));
    issue_aftercare();
    store::Batch batch;
    batch.ledger = std::get<PermittedMessage>(
                       disclosure::message(*gate_, row_for("ORG-PCP1"), store_->snapshot()).value())
                       .message.take_entries();
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  void read_as_operator(const std::string& type, const std::string& id) {
    auth::Requester requester;
    requester.client_id = "op";
    requester.role = "operator";
    auto read = disclosure::read(*gate_, requester, {type, id, {}});
    ASSERT_TRUE(read);
    store::Batch batch;
    batch.ledger = read->take_entries();
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  json::Document page(const AuditParameters& parameters) const {
    const auto told = ledger_page(*store_->read_ledger().value(), parameters);
    EXPECT_TRUE(told) << told.error().summary();
    return told ? json::parse(*told).value() : json::Document();
  }
  // Kind and recipient of each entry; the actor if there is no recipient.
  std::vector<std::string> told(const AuditParameters& parameters) const {
    const json::Document answer = page(parameters);
    std::vector<std::string> all;
    for (const json::Value entry : answer.root()["entries"].items())
      all.push_back(
          std::string(entry["kind"].text()) + " " +
          std::string((entry["recipient"].is_string() ? entry["recipient"] : entry["actor"]).text()));
    return all;
  }
  std::string refused(const AuditParameters& parameters) const {
    const auto answer = ledger_page(*store_->read_ledger().value(), parameters);
    return answer ? "taken" : answer.error().summary();
  }
  using Told = std::vector<std::string>;
};

TEST_F(AuditPagesTest, WhoSawAPersonsRecord) {
  read_as_operator("Goal", "g1");
  read_as_operator("Goal", "g2");
  read_as_operator("Organization", "ORG-ADV");
  const Told p1 = told({{"patient", "p1"}});
  EXPECT_EQ(Told(p1.begin(), p1.begin() + 2), (Told{"access op", "disclosure Organization/ORG-PCP1"}));
  EXPECT_EQ(told({{"patient", "Patient/p2"}}), (Told{"access op", "write test"}));
  EXPECT_EQ(told({{"patient", "urn:mrn|2"}}), (Told{"access op", "write test"}));
  EXPECT_EQ(told({{"patient", "https://handoff.example.org/id/booking|B-77"}, {"kind", "access,disclosure"}})
                .size(),
            2u);
  EXPECT_EQ(told({{"kind", "access"}}).size(), 3u);
  EXPECT_EQ(told({{"recipient", "ORG-PCP1"}}), (Told{"disclosure Organization/ORG-PCP1"}));
  EXPECT_EQ(told({{"recipient", "Organization/ORG-PCP1"}, {"event", "E14"}, {"outcome", "permit"}}).size(),
            1u);
  EXPECT_TRUE(told({{"recipient", "ORG-MC1"}}).empty()) << "it is known, and got nothing";
  EXPECT_TRUE(told({{"until", "2020-01-01"}}).empty());
  EXPECT_EQ(told({{"since", "2020"}, {"kind", "disclosure"}}).size(), 1u);
}

TEST_F(AuditPagesTest, AnEntrySaysUnderWhichConsentAndRules) {
  const json::Document answer = page({{"kind", "disclosure"}});
  const json::Value entry = answer.root()["entries"].at(0);
  EXPECT_EQ(entry["patients"].at(0).text(), "Patient/p1");
  EXPECT_EQ(entry["event"].text(), "E14");
  EXPECT_EQ(entry["channel"].text(), "push");
  EXPECT_EQ(entry["purpose"].at(0).text(), "TREAT");
  EXPECT_TRUE(entry["basis"].at(0).text().starts_with("Consent/c1")) << json::write(entry);
  EXPECT_EQ(entry["rule_set"].text(), "2");
  EXPECT_EQ(entry["resource_count"].text(), "9");
  const auto item = ledger_item(*store_->read_ledger().value(), entry["id"].text());
  ASSERT_TRUE(item);
  EXPECT_NE(item->find("CarePlan/cp1/_history/1"), item->npos) << *item;
  for (const std::string& text : {json::write(answer.root()), *item})
    for (const char* personal : {"Rivera", "Ana", "1990", "B-77", "sertraline", "F33"})
      EXPECT_EQ(text.find(personal), text.npos) << personal;
}

// The id from a list shows the same entry before and after the entry is folded.
TEST_F(AuditPagesTest, AnIdIsGoodBeforeAndAfterTheFold) {
  read_as_operator("Goal", "g1");
  const json::Document answer = page({{"kind", "access"}});
  const std::string id(answer.root()["entries"].at(0)["id"].text());
  const auto is_shown = [&] {
    const auto item = ledger_item(*store_->read_ledger().value(), id);
    return item && item->find("Goal/g1/_history/1") != item->npos;
  };
  EXPECT_TRUE(is_shown());
  gate_.reset(), admission_.reset(), store_.reset();
  store_ = sqlite::engine().open({folder_ / "handoff.db", "key"}, machine_).value();
  EXPECT_TRUE(is_shown()) << id;
  for (const char* none : {"0", "999999", "x", "", "1-2", "1700000000000-0123456789ab", "-1"})
    EXPECT_EQ(ledger_item(*store_->read_ledger().value(), none).error().kind, Kind::not_found) << none;
}

TEST_F(AuditPagesTest, WhatCannotFitIsRefusedWithWhatCan) {
  const std::pair<AuditParameters, const char*> cases[] = {
      {{{"event", "E99"}}, "event: no delivery has the event E99; known events: E14"},
      {{{"outcome", "withheld"}}, "outcome: there is no outcome \"withheld\"; possible values: permit"},
      {{{"kind", "write,delete"}},
       "kind: there is no kind \"delete\"; possible values: disclosure, access, write, review, intake"},
      {{{"patient", "p9"}}, "patient: there is no such Patient"},
      {{{"patient", "Ana Rivera"}},
       "patient: is neither a Patient (Patient/ID or ID) nor an identifier (system|value)"},
      {{{"patient", "urn:mrn|77"}}, "patient: no Patient has this identifier"},
      {{{"recipient", "ORG-NONE"}}, "recipient: no entry names ORG-NONE, and no such Organization is stored"},
      {{{"since", "yesterday"}},
       "since: must be a date (2024-06-30) or a dateTime (2024-06-30T08:00:00-04:00)"},
      {{{"since", "2024-07-01"}, {"until", "2024-06-30"}}, "until: ends before \"since\" begins"},
      {{{"limit", "0"}}, "limit: must be a number from 1 to 500"},
      {{{"cursor", "x"}}, "cursor: must be a value that a list gave as \"next\""},
      {{{"recipent", "ORG-PCP1"}}, "recipent: is no parameter of this list"},
      {{{"event", ""}}, "event: has no value"},
      {{{"event", "E14"}, {"event", "E14"}}, "event: is given twice"},
  };
  for (const auto& [parameters, said] : cases) EXPECT_EQ(refused(parameters), said);
}

TEST_F(AuditPagesTest, APageOfALongLedgerIsBounded) {
  store::Batch batch;
  batch.ledger.assign(limits::ledger_entries_looked_at + 10,
                      R"({"kind":"access","client":"op","resources":[]})");
  ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  const json::Document first = page({{"kind", "disclosure"}});
  EXPECT_EQ(first.root()["entries"].size(), 0u);
  const std::string next(first.root()["next"].text());
  ASSERT_FALSE(next.empty());
  const json::Document second = page({{"kind", "disclosure"}, {"cursor", next}});
  EXPECT_EQ(second.root()["entries"].size(), 1u);
  EXPECT_FALSE(second.root()["next"]);
}

TEST_F(AuditPagesTest, PagesHaveEachEntryOnce) {
  std::vector<std::string> ids;
  AuditParameters parameters = {{"limit", "2"}};
  for (;;) {
    const json::Document answer = page(parameters);
    for (const json::Value entry : answer.root()["entries"].items()) ids.emplace_back(entry["id"].text());
    if (!answer.root()["next"]) break;
    parameters = {{"limit", "2"}, {"cursor", std::string(answer.root()["next"].text())}};
  }
  std::vector<std::string> expected;
  for (std::size_t number = ledger_entries(); number > 0; --number)
    expected.push_back(std::to_string(number));
  EXPECT_EQ(ids, expected);
}

TEST_F(AuditPagesTest, DeliveriesSayWhatWasWithheldAndWhy) {
  const auto row = row_for("ORG-PCP1");
  store::Batch batch;
  batch.outbox_updates.push_back({row.id,
                                  {},
                                  1,
                                  store::DeliveryStatus::withheld,
                                  "CN-1",
                                  "consent expired on 2024-06-30",
                                  0,
                                  "withheld"});
  ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  const auto told = delivery_page(store_->snapshot(), {{"outcome", "withheld"}, {"recipient", "ORG-PCP1"}});
  ASSERT_TRUE(told) << told.error().summary();
  const auto parsed = json::parse(*told);
  ASSERT_EQ(parsed->root()["deliveries"].size(), 1u) << *told;
  const json::Value one = parsed->root()["deliveries"].at(0);
  EXPECT_EQ(one["reason"].text(), "consent expired on 2024-06-30");
  EXPECT_EQ(one["consent"].text(), "CN-1");
  EXPECT_EQ(one["occurred"].text(), "2024-05-01T16:00:00.000Z") << "by the gateway's clock";
  const auto item = delivery_item(store_->snapshot(), one["id"].text());
  ASSERT_TRUE(item);
  EXPECT_NE(item->find(R"("tries":[{"number":1,)"), item->npos) << *item;
  EXPECT_EQ(delivery_item(store_->snapshot(), "9").error().kind, Kind::not_found);
  EXPECT_EQ(delivery_page(store_->snapshot(), {{"recipient", "ORG-NONE"}}).error().summary(),
            "recipient: there are no deliveries to ORG-NONE, and no such Organization is stored");
  EXPECT_EQ(delivery_page(store_->snapshot(), {{"outcome", "stuck"}}).error().summary(),
            "outcome: there is no outcome \"stuck\"; possible values: queued, delivered, withheld, failed");
  EXPECT_EQ(delivery_page(store_->snapshot(), {{"kind", "write"}}).error().summary(),
            "kind: is no parameter of this list");
}

}  // namespace
}  // namespace handoff::disclosure
