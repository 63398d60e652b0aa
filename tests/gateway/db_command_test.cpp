#include "tools/db_command.h"

#include <sqlite3.h>

#include "../sample_gateway.h"
#include "sqlite/engine.h"
#include "sqlite/migrations.h"
#include "store/resources.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

class DbCommandTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    sample::GatewayTest::SetUp();
    admit_record();
    std::ofstream(folder_ / "ledger.key") << "key";
    fs::permissions(folder_ / "ledger.key", fs::perms::owner_read | fs::perms::owner_write);
    options_.data = folder_;
  }
  // The exit code, and what stdout and stderr say.
  std::pair<int, std::string> run(const std::string& action, const DbOptions& options) const {
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const int code = run_db(action, options);
    const std::string out = testing::internal::GetCapturedStdout();
    return {code, out + testing::internal::GetCapturedStderr()};
  }
  void expect(const std::string& action, const DbOptions& options, int code, const std::string& says) const {
    const auto [got, said] = run(action, options);
    EXPECT_EQ(got, code) << said;
    EXPECT_NE(said.find(says), std::string::npos) << said;
  }
  void close() {
    gate_.reset();
    admission_.reset();
    store_.reset();
  }
  void open() {
    auto opened = sqlite::engine().open({folder_ / "handoff.db", "key"}, machine_);
    ASSERT_TRUE(opened) << opened.error().summary();
    store_ = std::move(*opened);
  }
  void execute(const char* sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "handoff.db").c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
  DbOptions options_;
};

TEST_F(DbCommandTest, ABackupOfARunningStoreComesBack) {
  options_.to = options_.from = folder_ / "backup.db";
  expect("backup", options_, 0, "bytes in");
  EXPECT_EQ(fs::status(*options_.to).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  expect("backup", options_, 2, "already exists; it is not overwritten");
  ASSERT_TRUE(admit({R"({"resourceType": "Organization", "id": "later", "name": "Later"})"}));
  options_.force = true;
  expect("restore", options_, 1, "is in use by another process");
  close();
  options_.force = false;
  expect("restore", options_, 2, "--force puts the backup in its place");
  options_.force = true;
  expect("restore", options_, 0, "the previous store is now " + (folder_ / "handoff.db.replaced-1").string());
  expect("verify", options_, 0, "all is as it should be");
  open();
  EXPECT_TRUE(store_->snapshot().resources().read("CarePlan", "cp1"));
  EXPECT_FALSE(store_->snapshot().resources().read("Organization", "later"));
  EXPECT_TRUE(fs::exists(folder_ / "handoff.db.replaced-1"));
}

TEST_F(DbCommandTest, ADamagedBackupIsNotRestored) {
  close();
  execute("DELETE FROM token");
  options_.to = options_.from = folder_ / "backup.db";
  options_.force = true;
  expect("backup", options_, 0, "bytes in");
  expect("restore", options_, 1, "is not sound; nothing was changed");
  EXPECT_FALSE(fs::exists(folder_ / "handoff.db.replaced-1"));
  expect("verify", options_, 1, "FINDINGS");
  options_.json = true;
  expect("verify", options_, 1, "\"sound\": false");
}

TEST_F(DbCommandTest, WhatIsNoBackupIsNamedByItsOption) {
  std::ofstream(folder_ / "id.key") << std::string(40, 'k');
  fs::permissions(folder_ / "id.key", fs::perms::owner_read | fs::perms::owner_write);
  options_.force = true;
  options_.from = folder_ / "junk.db";
  std::ofstream(*options_.from) << std::string(5000, 'x');
  expect("restore", options_, 2, "handoff db restore: --from: " + options_.from->string() + ": ");
  options_.to = options_.from = folder_ / "backup.db";
  expect("backup", options_, 0, "bytes in");
  fs::resize_file(*options_.from, fs::file_size(*options_.from) / 2);
  const auto [code, said] = run("restore", options_);
  EXPECT_NE(code, 0);
  EXPECT_NE(said.find("handoff db restore: --from: " + options_.from->string()), said.npos) << said;
  EXPECT_EQ(said.find("--id-key"), said.npos) << said;
  EXPECT_FALSE(fs::exists(folder_ / "handoff.db.replaced-1"));
}

TEST_F(DbCommandTest, MigratesForwardAndRefusesBackward) {
  close();
  fs::remove(folder_ / "handoff.db");
  for (const sqlite::Migration& migration : sqlite::migrations().first(3)) execute(migration.sql);
  execute("PRAGMA user_version = 3");
  expect("verify", options_, 1, "has schema 3, this program knows");
  expect("migrate", options_, 0, "(it was 3)");
  expect("verify", options_, 0, "all is as it should be");
  execute("PRAGMA user_version = 9999");
  expect("migrate", options_, 1, "was written by a newer program (schema 9999");
  EXPECT_EQ(sqlite::engine().schema_of(folder_ / "handoff.db").value(), 9999);
}

TEST_F(DbCommandTest, WrongCallsSayWhatIsMissing) {
  expect("backup", options_, 2, "--to: is missing");
  expect("restore", options_, 2, "--from: is missing");
  expect("verify", {}, 2, "--data: give either --data or --config");
  DbOptions elsewhere;
  elsewhere.data = folder_ / "none";
  for (const char* action : {"verify", "migrate"}) expect(action, elsewhere, 2, "there is no store");
  elsewhere.ledger_key = folder_ / "none.key";
  expect("verify", elsewhere, 2, "cannot read");
  options_.from = folder_ / "none.db";
  expect("restore", options_, 2, "there is no backup");
  fs::permissions(folder_ / "ledger.key", fs::perms::others_read, fs::perm_options::add);
  expect("verify", options_, 2, "may be read by everybody");
}

}  // namespace
}  // namespace handoff::gateway
