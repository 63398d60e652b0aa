#include "tools/store_verification.h"

#include <sqlite3.h>

#include "../sample_gateway.h"
#include "sqlite/engine.h"
#include "store/settings.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

// As clients send back what they read. Only the store sets version and time.
constexpr const char* returned =
    R"({"resourceType": "Organization", "id": "o1", "meta": {"lastUpdated": "2020-01-01T00:00:00Z", "versionId": "7"}, "name": "One"})";

// The record of one person with a consent. Each test damages a copy of its store in one place at a time.
class StoreVerificationTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    sample::GatewayTest::SetUp();
    admit_record();
    ASSERT_TRUE(admit({returned}));
    ASSERT_TRUE(admit({sample::changed(returned, "One", "Two")}));
    store::Batch batch;
    batch.settings.emplace_back("clock", "2024-05-01T12:00:00-04:00");
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  fs::path damaged(const std::string& sql) const {
    const fs::path copy = folder_ / "copy.db";
    fs::remove(copy);
    EXPECT_TRUE(sqlite::engine().back_up(folder_ / "handoff.db", copy, "key"));
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(copy.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    EXPECT_GT(sqlite3_total_changes(handle), 0) << "a damage that changes nothing: " << sql;
    sqlite3_close(handle);
    return copy;
  }
  static std::string told(const fs::path& file, const std::string& key = "key") {
    const auto report = verify_store(file, key);
    if (!report) return report.error().summary();
    std::string all;
    for (const store::Finding& finding : report->findings)
      all += finding.kind + ": " + finding.place + ": " + finding.what + "\n";
    return all;
  }
};

TEST_F(StoreVerificationTest, ACopyIsOfOneInstantAndTellsHowFarItIs) {
  const auto write = [this](const std::string& name) {
    store::Batch batch;
    batch.settings.emplace_back(name, std::string(12 << 20, 'x'));
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  };
  write("before");
  std::vector<std::size_t> steps;
  const fs::path copy = folder_ / "copy.db";
  const auto copied =
      sqlite::engine().back_up(folder_ / "handoff.db", copy, "key", [&](std::size_t done, std::size_t total) {
        if (steps.empty()) write("meanwhile");
        steps.push_back(done);
        EXPECT_LE(done, total);
      });
  ASSERT_TRUE(copied) << copied.error().summary();
  EXPECT_GE(steps.size(), 2u);
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end())) << "it never began again";
  EXPECT_EQ(told(copy), "");
  const auto there = sqlite::engine().open({copy, "key"}, clock_);
  ASSERT_TRUE(there);
  EXPECT_TRUE((*there)->snapshot().settings().find("before"));
  EXPECT_FALSE((*there)->snapshot().settings().find("meanwhile"));
}

TEST_F(StoreVerificationTest, ASoundStoreIsSoundWhileItIsWritten) {
  const auto report = verify_store(folder_ / "handoff.db", "key");
  ASSERT_TRUE(report) << report.error().summary();
  EXPECT_TRUE(report->findings.empty()) << told(folder_ / "handoff.db");
  EXPECT_EQ(report->ledger->entries, ledger_entries());
  EXPECT_EQ(report->ledger->seal.size(), 64u);
  EXPECT_EQ(report->patients_with_consents, 1u);
  EXPECT_EQ(report->boundary_passed, 0u);
  EXPECT_GT(report->index_rows, 100u);
  EXPECT_GT(report->outbox, 0u);
  EXPECT_NE(to_json(*report).find("\"sound\": true"), std::string::npos);
  EXPECT_NE(to_text(*report).find("all is as it should be"), std::string::npos);
  EXPECT_TRUE(admit({sample::changed(returned, "One", "Three")})) << "nothing is locked";
}

TEST_F(StoreVerificationTest, EveryDamageIsFoundWhereItIs) {
  struct Case {
    const char* sql;
    const char* found;
  };
  const Case cases[] = {
      {"DELETE FROM token WHERE npk = (SELECT -pk FROM resource WHERE id = 'cp1')",
       "index: CarePlan/cp1/_history/1: token: "},
      {"DELETE FROM token_by_patient", "token_by_patient: "},
      {"UPDATE string SET vis = vis + 1 WHERE npk = (SELECT -pk FROM resource WHERE id = 'o1')",
       "index: Organization/o1/_history/2: string: 2 rows are missing, 2 should not be there\n"},
      {"UPDATE date SET last_ms = last_ms + 1", "date: "},
      {"DELETE FROM reference", "reference: "},
      {"DELETE FROM compartment", "compartment: "},
      {"INSERT INTO uri VALUES (1, 1, -999, 0)",
       "index: version number 999: uri: 0 rows are missing, 1 should not be there\n"},
      {"INSERT INTO number VALUES (1, 1, 0.5, -999, 0)",
       "index: version number 999: number: 0 rows are missing, 1 should not be there\n"},
      {"UPDATE resource SET shape = shape + 1 WHERE id = 'o1'",
       "index: Organization/o1: its shape does not match its labels\n"},
      {"UPDATE resource SET patient = 0 WHERE id = 'cp1'",
       "version: CarePlan/cp1: is stored for nobody, but belongs to Patient/p1\n"},
      {"UPDATE resource SET body = '{' WHERE id = 'o1'", "version: Organization/o1: its content is not JSON"},
      {"UPDATE resource SET body = replace(body, 'o1', 'o2') WHERE id = 'o1'",
       "version: Organization/o1: its content belongs to another resource\n"},
      {"UPDATE resource SET updated_ms = updated_ms - 1 WHERE id = 'o1'",
       "version: Organization/o1: its content belongs to another version\n"},
      {"UPDATE resource SET arrived_labels = '[{\"system\":\"s\",\"code\":\"HIV\"}]' WHERE id = 'o1'",
       "label: Organization/o1: lacks a label that arrived\n"},
      {"UPDATE resource SET arrived_labels = '[' WHERE id = 'o1'",
       "label: Organization/o1: its list of labels that arrived"},
      {"DELETE FROM history WHERE id = 'o1'",
       "version: Organization/o1: its older versions are not all there\n"},
      {"DELETE FROM resource WHERE id = 'o1'",
       "version: Organization/o1: has older versions and no current one\n"},
      {"UPDATE history SET version = 9 WHERE id = 'o1'",
       "version: Organization/o1/_history/9: an older version is newer"},
      {"UPDATE ledger SET entry = '{}' WHERE number = 2", "ledger: ledger 2: does not fit its seal\n"},
      {"DELETE FROM ledger WHERE number = 1", "ledger: ledger 2: does not fit its seal\n"},
      {"DELETE FROM patient_grant",
       "grant: Patient/p1: towards Organization/ORG-PCP1 for TREAT: the folded consents are missing\n"},
      {"UPDATE decision_class SET provisions = '[]' || id",
       "for TREAT: the folded consents differ from the stored consents\n"},
      {"UPDATE patient_grant SET class = 99", "grant: patient number "},
      {"UPDATE consent_version SET version = 0", "grant: version 1: a change of grants is newer"},
      {"UPDATE outbox SET focus = 'CarePlan/none/_history/1'",
       "outbox: delivery 1: its CarePlan/none/_history/1 is not there\n"},
      {"UPDATE outbox SET focus = 'nothing'", "outbox: delivery 1: its nothing is not there\n"},
      {"UPDATE outbox SET status = 'lost'", "outbox: delivery 1: has no known status\n"},
      {"UPDATE outbox SET status = 'delivered'", "outbox: delivery 1: has ended without an attempt\n"},
      {"INSERT INTO delivery_attempt VALUES (999, 1, 0, 0, 'x')",
       "outbox: delivery 999: has attempts, but does not exist\n"},
      {"INSERT INTO delivery_attempt VALUES (1, 7, 0, 0, 'x')",
       "outbox: delivery 1: has more attempts than it counts\n"},
      {"INSERT INTO identity VALUES ('s', 'v', 'nobody')", "identity: Patient/nobody: is recognized"},
  };
  for (const Case& c : cases) {
    const std::string said = told(damaged(c.sql));
    EXPECT_NE(said.find(c.found), std::string::npos) << c.sql << "\nfound:\n" << said;
  }
}

TEST_F(StoreVerificationTest, TheLedgerIsFollowedWithItsKeyOnly) {
  const fs::path file = folder_ / "handoff.db";
  const std::string another = told(file, "another");
  EXPECT_TRUE(another.starts_with("ledger: the ledger: was sealed with another key: none of its "))
      << another;
  EXPECT_EQ(std::count(another.begin(), another.end(), '\n'), 1) << another;
  const auto without = verify_store(file, std::nullopt);
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->ledger);
  EXPECT_NE(to_text(*without).find("not checked"), std::string::npos);
  EXPECT_TRUE(sqlite::engine().check_ledger_key(file, "key"));
  EXPECT_EQ(sqlite::engine().check_ledger_key(file, "another").error().kind, Kind::incorrect);
}

TEST_F(StoreVerificationTest, OtherSchemasAndOtherFilesAreRefused) {
  const fs::path file = folder_ / "other.db";
  EXPECT_EQ(verify_store(file, "key").error().kind, Kind::not_found);
  std::ofstream(file) << std::string(10'000, 'x');
  EXPECT_EQ(verify_store(file, "key").error().kind, Kind::unavailable);
  EXPECT_NE(told(damaged("PRAGMA user_version = 1; DELETE FROM uri; INSERT INTO setting VALUES ('x', 'y')"))
                .find("migrate it first"),
            std::string::npos);
}

TEST_F(StoreVerificationTest, AnIndexThatIsBeingMadeIsNotJudged) {
  store::Batch batch;
  batch.parameters.all = store_->snapshot().searches().added_parameters();
  batch.parameters.all->push_back(
      {"http://x.org/a", R"({"type":"token","base":["Organization"],"expression":"Organization.language"})"});
  ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  EXPECT_EQ(told(folder_ / "handoff.db"),
            "a search parameter is being indexed or removed: start the gateway first");
  store::Batch done;
  done.parameters.is_indexed = true;
  ASSERT_TRUE(store_->commit_and_wait(std::move(done)));
  EXPECT_EQ(told(folder_ / "handoff.db"), "");
}

}  // namespace
}  // namespace handoff::gateway
