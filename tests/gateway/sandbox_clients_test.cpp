#include "demo/sandbox_clients.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "json/document.h"

namespace handoff::gateway {
namespace {

class SandboxClientsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("handoff-clients-" + std::to_string(::getpid())) / "data";
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_.parent_path()); }
  Result<std::vector<SandboxOrganization>> organizations(const std::string& csv) const {
    std::ofstream(folder_ / "organizations.csv") << csv;
    return read_organizations(folder_ / "organizations.csv");
  }
  std::string text(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  std::filesystem::path folder_;
};

TEST_F(SandboxClientsTest, EachKindHasItsRoleAndOnePurpose) {
  struct Case {
    const char* kind;
    const char* role;  // null: no client
    const char* purpose;
  };
  const Case cases[] = {
      {"bhji_vendor", "provider", "TREAT"},
      {"cspji_provider", "provider", "TREAT"},
      {"pcp", "pcp", "TREAT"},
      {"outpatient_bh", "outpatient-bh", "TREAT"},
      {"parole", "parole", "JSUPV"},
      {"mobile_crisis", "mobile-crisis", "TREAT"},
      {"probation", "probation", "JSUPV"},
      {"managed_care_plan", "managed-care-plan", "HOPERAT"},
      {"hospital", nullptr, nullptr},
      {"corrections", nullptr, nullptr},
  };
  for (const auto& [kind, role, purpose] : cases) {
    const auto clients = make_clients(folder_, {{"ORG-X1", "X", kind}});
    ASSERT_TRUE(clients) << kind;
    ASSERT_EQ(clients->size(), role ? 3u : 2u) << kind;
    if (!role) continue;
    const auth::Client& client = clients->front().client;
    EXPECT_EQ(client.client_id, "org-x1");
    EXPECT_EQ(client.organization, "Organization/ORG-X1");
    EXPECT_EQ(client.role, role);
    EXPECT_EQ(client.purposes, std::vector<std::string>{purpose});
    EXPECT_EQ(client.scopes, std::vector<std::string>{"system/*.rs"});
    EXPECT_TRUE((*clients)[1].client.organization.empty() && (*clients)[2].client.organization.empty());
  }
}

TEST_F(SandboxClientsTest, KeysAreKeptAndNeverShownInTheClientsFile) {
  const auto first = make_clients(folder_, {{"ORG-PCP1", "A \"quoted\" name", "pcp"}});
  const auto second = make_clients(folder_, {{"ORG-PCP1", "A \"quoted\" name", "pcp"}});
  ASSERT_TRUE(first && second);
  EXPECT_EQ((*first)[0].client.keys[0].to_jwk(true), (*second)[0].client.keys[0].to_jwk(true));
  using std::filesystem::perms;
  const auto mode = std::filesystem::status(folder_ / "org-pcp1.jwk.json").permissions();
  EXPECT_EQ(mode & perms::all, perms::owner_read | perms::owner_write);
  EXPECT_NE(text("org-pcp1.jwk.json").find("\"d\""), std::string::npos);
  EXPECT_EQ(text("clients.json").find("\"d\""), std::string::npos) << "public keys only";
  const auto read = auth::read_clients(text("clients.json"));
  ASSERT_TRUE(read) << read.error().summary();
  EXPECT_EQ(read->size(), 3u);
  EXPECT_EQ(read->front().name, "A \"quoted\" name");
}

TEST_F(SandboxClientsTest, AClientThatSomebodyAddedStays) {
  ASSERT_TRUE(make_clients(folder_, {}));
  std::string file = text("clients.json");
  const std::string own =
      R"({"client_id":"own","role":"pcp","organization":"Organization/ORG-PCP1","purposes":["TREAT"],)"
      R"("scopes":["system/*.cruds"],"jwks_uri":"https://keys.example.org/jwks"},)";
  file.insert(file.find('[') + 1, own);
  std::ofstream(folder_ / "clients.json") << file;
  const auto made = make_clients(folder_, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->size(), 2u) << "it is not the sandbox's";
  const auto read = auth::read_clients(text("clients.json"));
  ASSERT_TRUE(read) << read.error().summary();
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ(read->back().client_id, "own");
  EXPECT_EQ(read->back().jwks_uri, "https://keys.example.org/jwks");
}

TEST_F(SandboxClientsTest, BrokenRowsOfOrganizationsHarmNobody) {
  const auto read = organizations(
      "kind,org_id,name\n"
      "pcp,ORG-PCP1,One\n"
      "pcp,ORG-PCP1,One\n"       // the same again
      "pcp,org-pcp1,Shouted\n"   // would have the same client
      "pcp,../../escape,Path\n"  // would be a file elsewhere
      "pcp,\"ORG\"\"X\",Quote\n"
      "pcp,operator,Usurper\n"  // would have the operator's key
      "pcp,,Nobody\n"
      "pcp, ORG-PCP2 ,Two\n");
  ASSERT_TRUE(read) << read.error().summary();
  std::vector<std::string> ids;
  for (const SandboxOrganization& organization : *read) ids.push_back(organization.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"ORG-PCP1", "ORG-PCP2"}));
}

TEST_F(SandboxClientsTest, AFileWithoutItsColumnsIsRefused) {
  EXPECT_EQ(organizations("org_id,name\nORG-PCP1,One\n").error().kind, Kind::incorrect);
  EXPECT_EQ(organizations("").error().kind, Kind::incorrect);
  EXPECT_FALSE(read_organizations(folder_ / "none.csv"));
}

}  // namespace
}  // namespace handoff::gateway
