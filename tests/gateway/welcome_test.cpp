#include "demo/welcome.h"

#include "../sample_gateway.h"
#include "core/text.h"

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
    return welcome_text(
        {data_, "https://127.0.0.1:1/fhir", "/opt/handoff", machine_.now(), is_kept_, has_jq_}, clients,
        summary_, store_->snapshot());
  }
  std::string data_ = "/data";
  bool is_kept_ = false, has_jq_ = true;
  Summary summary_;
};

TEST_F(WelcomeTest, HasALineForEachUserWhoIsThere) {
  const std::string all =
      welcome({{"operator", "operator"}, {"org-pcp1", "pcp"}, {"org-mcp1", "managed-care-plan"}});
  for (const char* part :
       {"an EHR system asks", "$(/opt/handoff token --data /data --client org-pcp1)",
        "a managed care plan pulls", "$(/opt/handoff token --data /data --client org-mcp1)",
        "an integrator asks", "--client operator"})
    EXPECT_NE(all.find(part), all.npos) << part;
  const std::string none = welcome({{"operator", "operator"}});
  for (const char* part : {"an EHR system", "a managed care plan"})
    EXPECT_EQ(none.find(part), none.npos) << none;
  EXPECT_NE(none.find("an integrator asks"), none.npos) << none;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) lines.emplace_back(line);
  return lines;
}

// A shell can run the whole second part: comments, and one command in each line.
TEST_F(WelcomeTest, WhatToTryIsLinesToPaste) {
  const auto tries = [this] {
    const std::string all =
        welcome({{"operator", "operator"}, {"org-pcp1", "pcp"}, {"org-mcp1", "managed-care-plan"}});
    const auto begin = all.find("# an EHR"), end = all.find("\nCtrl-C");
    return lines_of(all.substr(begin, end - begin));
  };
  for (has_jq_ = true;; has_jq_ = false) {
    int commands = 0;
    for (const std::string& line : tries()) {
      if (line.empty()) continue;
      EXPECT_TRUE(line.starts_with("# ") || line.starts_with("curl ")) << line;
      EXPECT_EQ(std::count(line.begin(), line.end(), '\'') % 2, 0) << line;
      if (!line.starts_with("curl ")) continue;
      ++commands;
      EXPECT_EQ(line.find("jq ") != line.npos, has_jq_) << line;
      EXPECT_EQ(line.find("| head -c 1000; echo") == line.npos, has_jq_)
          << "never a line of 300 KB: " << line;
    }
    EXPECT_EQ(commands, 4);
    if (!has_jq_) break;
  }
  has_jq_ = true;
  data_ = "/tmp/my folder's";
  for (const std::string& line : tries())
    if (line.starts_with("curl ")) {
      EXPECT_NE(line.find("--cacert '/tmp/my folder'\\''s/ca.pem'"), line.npos) << line;
    }
}

TEST_F(WelcomeTest, WhatWasDoneIsTenLinesAtMost) {
  const auto done = [this] {
    const std::string all = welcome({});
    const auto begin = all.find("Done:\n") + 6;
    return all.substr(begin, all.find("\n\n", begin) - begin);
  };
  EXPECT_EQ(done().find("records of"), std::string::npos) << "--empty: " << done();
  summary_.resources = {{"Goal", 5}, {"Patient", 3}};
  intake::FeedReport feed;
  feed.records = 9, feed.mapped = 7, feed.waiting = 2;
  summary_.feeds = {feed, feed};
  for (const char* status : {"delivered", "withheld", "withheld"})
    for (const char* event : {"E5", "E14"})
      summary_.deliveries.push_back({event, "", "", "ORG-PCP1", status, "CN-1", "why"});
  const std::string all = done();
  for (const char* line : {"  18 records of 2 feeds taken in: 14 mapped, 0 rejected, 4 waiting, 0 for review",
                           "  8 resources stored, of 3 people", "  E5: 1 delivered, 2 withheld, 0 failed",
                           "  an aftercare plan (E14) reached ORG-PCP1: why",
                           "  another was withheld from ORG-PCP1: why (CN-1)"})
    EXPECT_NE(all.find(line), all.npos) << all;
  EXPECT_LE(lines_of(all).size(), 10u);
}

TEST_F(WelcomeTest, TheEndIsToldBeforehandAndWhenItComes) {
  EXPECT_NE(welcome({}).find("Ctrl-C ends everything: the gateway and the partners stop, /data is removed "
                             "(use --data DIR to keep it)."),
            std::string::npos);
  is_kept_ = true;
  EXPECT_NE(welcome({}).find("/data is kept.\n"), std::string::npos);
  EXPECT_EQ(farewell_text("/data", true), "\nThe gateway and the partners stop; /data is kept.\n");
  EXPECT_EQ(farewell_text("/data", false),
            "\nThe gateway and the partners stop; /data is removed (use --data DIR to keep it).\n");
}

TEST(IsOnPath, FindsWhatCanBeRun) {
  EXPECT_TRUE(is_on_path("sh"));
  EXPECT_FALSE(is_on_path("no-such-program-anywhere"));
}

TEST(Callable, ANameOnPathStaysAndAPathBecomesAbsolute) {
  EXPECT_EQ(callable("handoff"), "handoff");
  EXPECT_EQ(callable("/opt/x/../handoff"), "/opt/handoff");
  EXPECT_EQ(callable("build/release/handoff"),
            (std::filesystem::current_path() / "build/release/handoff").string());
}

}  // namespace
}  // namespace handoff::gateway
