#include "serve/configuration.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view required =
    R"("certificate_file": "tls/server.pem", "private_key_file": "/etc/h/server.key", "data_folder": "data",
       "ledger_key_file": "${HANDOFF_TEST_FOLDER}/ledger.key", "id_key_file": "id.key", "clients_file": "clients.json")";

class ConfigurationTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("handoff-configuration-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    ::setenv("HANDOFF_TEST_FOLDER", "/run/credentials", 1);
  }
  void TearDown() override {
    fs::remove_all(folder_);
    ::unsetenv("HANDOFF_TEST_FOLDER");
  }
  Result<Configuration> read(const std::string& text) const {
    std::ofstream(folder_ / "handoff.json") << text;
    return read_configuration(folder_ / "handoff.json", "/usr/share/handoff");
  }
  Result<Configuration> read_with(const std::string& more) const {
    return read("{" + std::string(required) + ", " + more + "}");
  }
  std::string wrong(const std::string& more) const {
    const auto made = read_with(more);
    return made ? "" : made.error().summary();
  }
  std::string key(const std::string& name) const {
    return (folder_ / "handoff.json").string() + ": " + name + ": ";
  }
  fs::path folder_;
};

TEST_F(ConfigurationTest, DefaultsAreSafeAndPathsAreRelativeToTheFile) {
  const auto made =
      read("/* comments may stand */ {" + std::string(required) + ", /* and a comma too many */ }");
  ASSERT_TRUE(made) << made.error().summary();
  EXPECT_EQ(made->listen_address, "127.0.0.1");
  EXPECT_EQ(made->listen_port, 8443);
  EXPECT_EQ(made->certificate_file, folder_ / "tls/server.pem");
  EXPECT_EQ(made->private_key_file, "/etc/h/server.key");
  EXPECT_EQ(made->store_file(), folder_ / "data/handoff.db");
  EXPECT_EQ(made->ledger_key_file, "/run/credentials/ledger.key");
  EXPECT_EQ(made->routes_folder, "/usr/share/handoff/gateway/routes");
  EXPECT_EQ(made->telling_names, "/usr/share/handoff/gateway/tables/telling_names.csv");
  EXPECT_TRUE(made->endpoints_file.empty());
}

TEST_F(ConfigurationTest, WhatIsWrongIsNamedByFileAndKey) {
  struct Case {
    const char* setting;
    std::string key, reason;
  };
  const Case cases[] = {
      {R"("listen_prt": 1)", "listen_prt",
       "is not a setting; `handoff serve --help-config` lists all settings"},
      {R"("listen_port": 65536)", "listen_port", "is 65536; it must be 0 to 65535"},
      {R"("listen_port": "1")", "listen_port", "must be a whole number"},
      {R"("workers": 1.5)", "workers", "must be a whole number"},
      {R"("workers": 99999999999999999999)", "workers", "must be a whole number"},
      {R"("listen_address": "localhost")", "listen_address",
       "is \"localhost\"; it must be a numeric address"},
      {R"("listen_address": 1)", "listen_address", "must be a text"},
      {R"("base_url": "https://h/")", "base_url",
       "is \"https://h/\"; it must be an https URL without a slash at its end"},
      {R"("log_level": "loud")", "log_level", "is \"loud\"; it must be debug, info, warn, error or off"},
      {R"("partner_addresses": "10.0.0.1")", "partner_addresses", "must be a list of texts"},
      {R"("partner_addresses": ["x"])", "partner_addresses",
       "holds \"x\"; its items must be numeric addresses"},
      {R"("profiles": [])", "profiles", "must be an object of client ids (\"*\": all clients)"},
      {R"("profiles": {"*": ["http://x"]})", "profiles", "\"*\" must be an object of resource types"},
      {R"("profiles": {"lab-1": {"Patient": "http://x"}})", "profiles",
       "\"Patient\" of \"lab-1\" must be a list of canonical URLs"},
      {R"("profiles": {"lab-1": {"Patient": []}})", "profiles",
       "\"Patient\" of \"lab-1\" must be a list of canonical URLs"},
      {R"("profiles": {"lab-1": {"Patient": [1]}})", "profiles",
       "\"Patient\" of \"lab-1\" must be a list of canonical URLs"},
      {R"("routes_folder": "")", "routes_folder", "must be a path"},
      {R"("routes_folder": "${HANDOFF_NO_SUCH}/x")", "routes_folder",
       "names ${HANDOFF_NO_SUCH}, but that environment variable is not set"},
  };
  for (const Case& c : cases) EXPECT_EQ(wrong(c.setting), key(c.key) + c.reason);
}

TEST_F(ConfigurationTest, ProfilesAreForTypesAndClients) {
  const auto made = read_with(
      R"("profiles": {"*": {"Patient": ["http://a"]}, "lab-1": {"Patient": ["http://b", "http://c"]}})");
  ASSERT_TRUE(made) << made.error().summary();
  using Canonicals = admission::RequiredProfiles::Canonicals;
  EXPECT_EQ(made->profiles.of("lab-1", "Patient"), (Canonicals{"http://a", "http://b", "http://c"}));
  EXPECT_EQ(made->profiles.of("other", "Patient"), Canonicals{"http://a"});
  EXPECT_EQ(made->profiles.of("", "Patient"), Canonicals{"http://a"}) << "a feed";
  EXPECT_EQ(made->profiles.of("lab-1", "Observation"), Canonicals{});
}

TEST_F(ConfigurationTest, EverythingWrongIsToldAtOnce) {
  const auto made = read(R"({"colour": "blue", "workers": 0})");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().issues.size(), 8u) << "an unknown key, a number out of bounds, six that are missing";
  EXPECT_EQ(read("[]").error().kind, Kind::incorrect);
  EXPECT_EQ(read("{").error().kind, Kind::incorrect);
  EXPECT_EQ(read_configuration(folder_ / "none.json", {}).error().kind, Kind::not_found);
}

TEST_F(ConfigurationTest, EverySettingIsInTheReference) {
  const std::string reference = settings_reference();
  for (const Setting& setting : settings()) {
    EXPECT_NE(reference.find("\n" + std::string(setting.name) + " ("), std::string::npos) << setting.name;
    EXPECT_TRUE(setting.help.ends_with('.') || setting.help.ends_with('}')) << setting.name;
  }
  EXPECT_NE(reference.find("listen_port (number, default 8443, 0 to 65535)"), std::string::npos);
}

TEST_F(ConfigurationTest, TellsWhichSettingsDiffer) {
  Configuration a, b;
  b.workers = 7;
  b.partner_addresses = {"10.0.0.1"};
  b.profiles.by_client["*"]["Patient"] = {"http://a"};
  std::vector<std::string_view> differ;
  for (const Setting& setting : settings())
    if (!same(setting, a, b)) differ.push_back(setting.name);
  EXPECT_EQ(differ, (std::vector<std::string_view>{"partner_addresses", "profiles", "workers"}));
}

}  // namespace
}  // namespace handoff::gateway
