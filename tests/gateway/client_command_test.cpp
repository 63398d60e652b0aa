#include "tools/client_command.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "auth/client.h"
#include "serve/client_file.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

class ClientCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("handoff-client-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    options_.clients = folder_ / "clients.json";
    options_.client_id = "pcp";
    options_.name = "A practice";
    options_.organization = "Organization/ORG-PCP1";
    options_.role = "pcp";
    options_.purposes = {"TREAT"};
    options_.scopes = {"system/*.rs"};
    options_.key_out = folder_ / "pcp.jwk.json";
  }
  void TearDown() override { fs::remove_all(folder_); }
  // The exit code and what stderr says.
  std::pair<int, std::string> run(const std::string& action, const ClientOptions& options) const {
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const int code = run_client(action, options);
    testing::internal::GetCapturedStdout();
    return {code, testing::internal::GetCapturedStderr()};
  }
  ClientOptions named(const std::string& id) const {
    ClientOptions options;
    options.clients = options_.clients;
    options.client_id = id;
    return options;
  }
  std::vector<auth::Client> read() const {
    return auth::read_clients(read_file(*options_.clients).value()).value();
  }

  fs::path folder_;
  ClientOptions options_;
};

TEST_F(ClientCommandTest, AddsAClientThatTheGatewayReads) {
  ASSERT_EQ(run("add", options_).first, 0);
  const auto clients = read();
  ASSERT_EQ(clients.size(), 1u);
  EXPECT_EQ(clients[0].organization, "Organization/ORG-PCP1");
  const auto key = auth::Key::from_jwk(json::parse(read_file(*options_.key_out).value())->root());
  ASSERT_TRUE(key);
  EXPECT_TRUE(clients[0].keys.at(0).verify("message", key->sign("message")));
  struct stat known = {};
  ASSERT_EQ(::stat(options_.key_out->c_str(), &known), 0);
  EXPECT_EQ(known.st_mode & 0777, 0600u);
  EXPECT_EQ(run("add", options_),
            std::pair(2, std::string("handoff client add: CLIENT_ID: there is a client \"pcp\" already\n")));
}

TEST_F(ClientCommandTest, WhatIsWrongIsNamedAndNothingIsWritten) {
  struct Case {
    std::function<void(ClientOptions&)> change;
    std::string said;
  };
  const Case cases[] = {
      {[](ClientOptions& o) { o.role = "king"; },
       "role: \"king\" is not a client role; the roles are " + auth::all_roles()},
      {[](ClientOptions& o) { o.purposes = {"FUN"}; },
       "purposes: \"FUN\" is not a purpose of use (v3-ActReason)"},
      {[](ClientOptions& o) { o.purposes = {}; }, "purposes: at least one is needed, for example TREAT"},
      {[](ClientOptions& o) { o.scopes = {"system/x"}; },
       "scopes: \"system/x\" is not a SMART scope: write system/TYPE.LETTERS, for example "
       "system/CarePlan.rs or system/*.cruds; the letters are c (create), r (read), u (update), d (delete) "
       "and s (search), in this order"},
      {[](ClientOptions& o) { o.organization = ""; },
       "organization: \"\" is not a reference to an Organization, for example Organization/ORG-PCP1"},
      {[](ClientOptions& o) { o.role = "operator"; },
       "organization: must not be given for the role operator"},
      {[](ClientOptions& o) { o.client_id = "a b"; },
       "client_id: must be 1 to 128 letters, digits or any of -._~:/"},
      {[](ClientOptions& o) { o.key_out.reset(); },
       "--key-out: give one of --key-out (makes a key pair), --jwks and --jwks-uri"},
      {[](ClientOptions& o) { o.key_out.reset(), o.jwks_uri = "http://h"; },
       "jwks: jwks_uri must be an https URL"},
  };
  for (const Case& c : cases) {
    ClientOptions options = options_;
    c.change(options);
    EXPECT_EQ(run("add", options), std::pair(2, "handoff client add: " + c.said + "\n"));
    EXPECT_FALSE(fs::exists(*options_.clients));
    EXPECT_FALSE(fs::exists(*options_.key_out)) << "no key without its client";
  }
}

TEST_F(ClientCommandTest, APrivateKeyIsNeitherOverwrittenNorRegistered) {
  std::ofstream(*options_.key_out) << "precious";
  EXPECT_EQ(run("add", options_).first, 2);
  EXPECT_EQ(read_file(*options_.key_out).value(), "precious");
  std::ofstream(folder_ / "private.json") << auth::Key::generate("k").to_jwk(true);
  options_.key_out.reset();
  options_.jwks = folder_ / "private.json";
  EXPECT_EQ(run("add", options_).second,
            "handoff client add: jwks: holds a private key; register the public one\n");
}

TEST_F(ClientCommandTest, DisablesEnablesAndRemoves) {
  ASSERT_EQ(run("add", options_).first, 0);
  EXPECT_EQ(run("disable", named("pcp")).first, 0);
  EXPECT_TRUE(read().empty());
  EXPECT_EQ(run("enable", named("pcp")).first, 0);
  EXPECT_EQ(read().size(), 1u);
  EXPECT_EQ(run("remove", named("pcp")).first, 0);
  EXPECT_TRUE(read().empty());
  for (const char* action : {"disable", "enable", "remove", "rotate"})
    EXPECT_EQ(run(action, named("pcp")).second,
              std::string("handoff client ") + action + ": CLIENT_ID: there is no client \"pcp\"\n");
}

TEST_F(ClientCommandTest, RotatesAndRetires) {
  ASSERT_EQ(run("add", options_).first, 0);
  const std::string first(read()[0].keys[0].kid());
  ClientOptions rotate = named("pcp");
  rotate.key_out = folder_ / "second.jwk.json";
  ASSERT_EQ(run("rotate", rotate).first, 0);
  ASSERT_EQ(read()[0].keys.size(), 2u);
  ClientOptions retire = named("pcp");
  retire.retire = first;
  ASSERT_EQ(run("rotate", retire).first, 0);
  ASSERT_EQ(read()[0].keys.size(), 1u);
  EXPECT_NE(read()[0].keys[0].kid(), first);
  EXPECT_EQ(run("rotate", retire).second,
            "handoff client rotate: --retire: the client has no key \"" + first + "\"\n");
  retire.retire = std::string(read()[0].keys[0].kid());
  EXPECT_EQ(run("rotate", retire).second,
            "handoff client rotate: --retire: it is the client's last key; add another first\n");
}

TEST_F(ClientCommandTest, WhatItDoesNotKnowStays) {
  std::ofstream(*options_.clients)
      << R"({"note": "ours", "clients": [{"client_id": "old", "later": [1.50]}]} // end)";
  ASSERT_EQ(run("add", options_).first, 0);
  const auto file = ClientFile::open(*options_.clients, false);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->clients().size(), 2u);
  EXPECT_EQ(file->find("old")["later"].at(0).text(), "1.50");
  EXPECT_NE(read_file(*options_.clients).value().find("\"note\": \"ours\""), std::string::npos);
}

}  // namespace
}  // namespace handoff::gateway
