#include "tools/ledger_command.h"

#include <sqlite3.h>

#include "../sample_gateway.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

// The record of one person, from which ORG-PCP1 was sent an aftercare plan.
class LedgerCommandTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    admit_quiet_record();
    issue_aftercare();
    store::Batch batch;
    batch.ledger = std::get<disclosure::PermittedMessage>(
                       disclosure::message(*gate_, row_for("ORG-PCP1"), store_->snapshot()).value())
                       .message.take_entries();
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
    std::ofstream(folder_ / "ledger.key") << "key";
    fs::permissions(folder_ / "ledger.key", fs::perms::owner_read | fs::perms::owner_write);
    options_.place.data = folder_;
  }
  struct Said {
    int code = 0;
    std::string out, error;
  };
  static Said run(const std::string& action, const AuditOptions& options) {
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    Said said;
    said.code = run_ledger(action, options);
    said.out = testing::internal::GetCapturedStdout();
    said.error = testing::internal::GetCapturedStderr();
    return said;
  }
  AuditOptions asking(const disclosure::AuditParameters& parameters) const {
    AuditOptions options = options_;
    options.parameters = parameters;
    return options;
  }
  void close() { gate_.reset(), admission_.reset(), store_.reset(); }
  void execute(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "handoff.db").c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    EXPECT_GT(sqlite3_total_changes(handle), 0) << "a damage that changes nothing: " << sql;
    sqlite3_close(handle);
  }
  AuditOptions options_;
};

TEST_F(LedgerCommandTest, AListIsATableOfIdsWithoutNames) {
  const Said said = run("list", asking({{"patient", "p1"}, {"kind", "disclosure"}}));
  EXPECT_EQ(said.code, 0) << said.error;
  const auto line_end = said.out.find('\n');
  const std::string titles = said.out.substr(0, line_end), row = said.out.substr(line_end + 1);
  EXPECT_EQ(titles.find("purpose"), row.find("TREAT")) << said.out;
  EXPECT_EQ(titles.find("to  "), row.find("ORG-PCP1")) << said.out;
  EXPECT_EQ(titles.find("basis"), row.find("Consent/c1")) << said.out;
  for (const char* personal : {"Rivera", "Ana", "1990", "B-77"})
    EXPECT_EQ(said.out.find(personal), said.out.npos) << personal;
  EXPECT_EQ(run("list", asking({{"kind", "review"}})).out, "no ledger entry matches\n");
}

TEST_F(LedgerCommandTest, WhatAListGivesCanBePastedToShow) {
  AuditOptions options = asking({{"kind", "disclosure"}});
  options.json = true;
  const auto listed = json::parse(run("list", options).out);
  ASSERT_TRUE(listed);
  options_.id = listed->root()["entries"].at(0)["id"].text();
  const Said said = run("show", options_);
  EXPECT_EQ(said.code, 0) << said.error;
  for (const char* part :
       {"ledger ", "Organization/ORG-PCP1", "CarePlan/cp1/_history/1", "Consent/c1", "part2-tpo", "ORG-ADV"})
    EXPECT_NE(said.out.find(part), said.out.npos) << part << said.out;
  options_.id = "999";
  const Said none = run("show", options_);
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.error, "handoff ledger show: ID: there is no such entry\n");
}

// The command joins two pages to one list. If the list ends early, it says how to go on.
TEST_F(LedgerCommandTest, AListGoesOnWhereTheOneBeforeEnded) {
  AuditOptions options = options_;
  options.json = true;
  const auto ids = [&](const json::Value root) {
    std::vector<std::string> all;
    for (const json::Value entry : root["entries"].items()) all.emplace_back(entry["id"].text());
    return all;
  };
  const auto whole = json::parse(run("list", options).out);
  ASSERT_GE(ids(whole->root()).size(), 3u);
  options.limit = 2;
  const auto first = json::parse(run("list", options).out);
  std::vector<std::string> all = ids(first->root());
  EXPECT_EQ(all.size(), 2u);
  options.json = false;
  const std::string cursor(first->root()["next"].text()), text = run("list", options).out;
  EXPECT_TRUE(text.ends_with("\nthere may be more: --cursor " + cursor + "\n")) << text;
  options.json = true;
  options.limit = 1'000;
  options.parameters = {{"cursor", cursor}};
  const auto rest = json::parse(run("list", options).out);
  for (const std::string& id : ids(rest->root())) all.push_back(id);
  EXPECT_EQ(all, ids(whole->root()));
}

TEST_F(LedgerCommandTest, AWrongCallNamesItsOption) {
  const std::pair<AuditOptions, const char*> cases[] = {
      {asking({{"event", "E99"}}),
       "handoff ledger list: --event: no delivery has the event E99; known events: E14\n"},
      {asking({{"outcome", "sent"}}),
       "handoff ledger list: --outcome: there is no outcome \"sent\"; possible values: permit\n"},
      {asking({{"patient", "p9"}}), "handoff ledger list: --patient: there is no such Patient\n"},
      {{},
       "handoff ledger list: --data: give --data or --config, or --to and --token of a running gateway\n"},
  };
  for (const auto& [options, error] : cases) {
    const Said said = run("list", options);
    EXPECT_EQ(said.code, 2);
    EXPECT_EQ(said.error, error);
    EXPECT_EQ(said.out, "");
  }
  AuditOptions both = options_;
  both.to = "https://127.0.0.1/fhir";
  EXPECT_EQ(run("list", both).error,
            "handoff ledger list: --to: give either --to or a store (--data, --config)\n");
  AuditOptions remote;
  remote.to = "https://127.0.0.1/fhir";
  EXPECT_EQ(run("list", remote).error, "handoff ledger list: --token: give --token with --to\n");
  EXPECT_EQ(
      run("verify", remote).error,
      "handoff ledger verify: --to: the chain is verified on the store itself: give --data or --config\n");
  AuditOptions elsewhere;
  elsewhere.place.data = folder_ / "none";
  EXPECT_EQ(run("list", elsewhere).code, 2);
}

TEST_F(LedgerCommandTest, AChainThatIsWholeIsVerifiedBesideItsGateway) {
  const Said said = run("verify", options_);
  EXPECT_EQ(said.code, 0) << said.error;
  EXPECT_TRUE(said.out.starts_with("entries  " + std::to_string(ledger_entries()) + "\nhead     "))
      << said.out;
  EXPECT_TRUE(said.out.ends_with("\nthe chain is whole\n")) << said.out;
}

TEST_F(LedgerCommandTest, ATamperedChainIsToldByItsFirstBrokenEntry) {
  close();
  execute(
      "UPDATE ledger SET entry = replace(entry, 'ORG-PCP1', 'ORG-PCP9') WHERE number = (SELECT max(number) "
      "FROM ledger)");
  execute("UPDATE ledger SET at_ms = at_ms - 1 WHERE number = 1");
  const Said said = run("verify", options_);
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.error, "handoff ledger verify: ledger 1: does not fit its seal (the first of 2 findings)\n");
  EXPECT_EQ(said.out.find("whole"), said.out.npos);
  options_.json = true;
  const Said as_json = run("verify", options_);
  EXPECT_EQ(as_json.code, 1);
  const auto parsed = json::parse(as_json.out);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->root()["sound"].is_boolean() && !parsed->root()["sound"].truth());
  EXPECT_EQ(parsed->root()["findings"].at(0)["place"].text(), "ledger 1");
}

// With another key the journal cannot be read. The command says so, so that nobody takes the rest for
// everything.
TEST_F(LedgerCommandTest, AnotherKeyIsToldAndTheListGoesOn) {
  std::ofstream(folder_ / "ledger.key") << "another key";
  const Said said = run("list", options_);
  EXPECT_EQ(said.code, 0);
  EXPECT_NE(said.error.find("was sealed with another key, or its last entry was changed"), said.error.npos)
      << said.error;
  EXPECT_NE(said.out.find("ORG-PCP1"), said.out.npos);
}

TEST_F(LedgerCommandTest, AnEntryThatWasTakenOutIsMissed) {
  close();
  execute("DELETE FROM ledger WHERE number = 2");
  const Said said = run("verify", options_);
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.error, "handoff ledger verify: ledger 3: does not fit its seal\n");
}

}  // namespace
}  // namespace handoff::gateway
