#include "welcome.h"

#include "../sample_gateway.h"

namespace handoff::gateway {
namespace {

class WelcomeTest : public sample::GatewayTest {
 protected:
  std::string welcome(const std::vector<std::pair<std::string, std::string>>& id_and_role) const {
    std::vector<SandboxClient> clients;
    for (const auto& [id, role] : id_and_role) {
      SandboxClient each;
      each.client.client_id = id, each.client.role = role;
      clients.push_back(std::move(each));
    }
    return welcome_text({"/data", "https://127.0.0.1:1/fhir", "/opt/handoff", machine_.now()}, clients, {}, store_->snapshot());
  }
};

TEST_F(WelcomeTest, HasALineForEachUserWhoIsThere) {
  const std::string all = welcome({{"operator", "operator"}, {"org-pcp1", "pcp"}, {"org-mcp1", "managed-care-plan"}});
  for (const char* part : {"an EHR system asks", "$(/opt/handoff token --data /data --client org-pcp1)", "a managed care plan pulls",
                           "$(/opt/handoff token --data /data --client org-mcp1)", "an integrator asks", "--client operator"})
    EXPECT_NE(all.find(part), all.npos) << part;
  const std::string none = welcome({{"operator", "operator"}});
  for (const char* part : {"an EHR system", "a managed care plan"}) EXPECT_EQ(none.find(part), none.npos) << none;
  EXPECT_NE(none.find("an integrator asks"), none.npos) << none;
}

TEST(Callable, ANameOnPathStaysAndAPathBecomesAbsolute) {
  EXPECT_EQ(callable("handoff"), "handoff");
  EXPECT_EQ(callable("/opt/x/../handoff"), "/opt/handoff");
  EXPECT_EQ(callable("build/release/handoff"), (std::filesystem::current_path() / "build/release/handoff").string());
}

}  // namespace
}  // namespace handoff::gateway
