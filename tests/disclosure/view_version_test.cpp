// A view has a version and a time of its own. They tell about what is shown, and about nothing else.
#include "disclosure/view_version.h"
#include "../sample_gateway.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

class ViewVersionTest : public sample::GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    admit_quiet_record();
  }
  static auth::Requester doctors() { return {"org-pcp1", "Organization/ORG-PCP1", "pcp", {"TREAT"}, {}}; }
  Result<Disclosed> read(const auth::Requester& requester, const ReadRequest& request) {
    return disclosure::read(*gate_, requester, request);
  }
  Disclosed shown(const ReadRequest& request = {"Patient", "p1"}) {
    auto disclosed = read(doctors(), request);
    EXPECT_TRUE(disclosed) << disclosed.error().summary();
    return std::move(*disclosed);
  }
  bool is_shown(const std::string& version) {
    return read(doctors(), {"Patient", "p1", version}).has_value();
  }
  // The versions in a history, newest first.
  std::vector<std::string> history(const std::string& type, const std::string& id) {
    const auto disclosed = disclosure::history(*gate_, doctors(), {type, id, 10, {}});
    std::vector<std::string> versions;
    if (!disclosed) return versions;
    const auto parsed = json::parse(disclosed->bytes());
    for (const json::Value entry : parsed->root()["entry"].items()) {
      versions.emplace_back(entry["resource"]["meta"]["versionId"].text());
      EXPECT_EQ(entry["response"]["etag"].text(), "W/\"" + versions.back() + "\"");
      EXPECT_EQ(entry["response"]["lastModified"].text(), entry["resource"]["meta"]["lastUpdated"].text());
    }
    EXPECT_EQ(std::to_string(versions.size()), parsed->root()["total"].text());
    return versions;
  }
  void others_add() {
    ASSERT_TRUE(contribute(
        R"("identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-78"}])", "ORG-HOC"));
  }
  void the_vendor_adds() { ASSERT_TRUE(contribute(R"("gender":"female")", "ORG-ADV")); }
};

TEST_F(ViewVersionTest, OfAWholeResourceIsItsOwn) {
  const Disclosed goal = shown({"Goal", "g1"});
  EXPECT_EQ(goal.version(), "1");
  EXPECT_EQ(goal.updated(), store_->snapshot().resources().read("Goal", "g1")->updated);
  EXPECT_TRUE(read(doctors(), {"Goal", "g1", "1"}));
  EXPECT_FALSE(read(doctors(), {"Goal", "g1", "2"}));
  EXPECT_FALSE(read(doctors(), {"Goal", "g1", "v1"}));
}

TEST_F(ViewVersionTest, OfAPartIsThatOfThePart) {
  const Disclosed before = shown();
  EXPECT_EQ(before.version().size(), 33u);
  EXPECT_EQ(before.version().front(), 'v');
  const auto parsed = json::parse(before.bytes());
  EXPECT_EQ(parsed->root()["meta"]["versionId"].text(), before.version());
  EXPECT_EQ(parsed->root()["meta"]["lastUpdated"].text(), format_instant(before.updated()));
  others_add();
  EXPECT_EQ(shown().version(), before.version());
  EXPECT_EQ(shown().updated(), before.updated()) << "what others add is not told, nor that they did";
  EXPECT_EQ(shown().bytes(), before.bytes());
  the_vendor_adds();
  const Disclosed after = shown();
  EXPECT_NE(after.version(), before.version());
  EXPECT_GT(after.updated(), before.updated());
  EXPECT_NE(after.bytes().find("female"), std::string_view::npos) << "what one gave that may release it";
}

TEST_F(ViewVersionTest, OnlyVersionsThatWereShownAreFound) {
  const std::string first = shown().version();
  others_add();
  the_vendor_adds();
  const std::string second = shown().version();
  EXPECT_EQ(shown({"Patient", "p1", first}).version(), first);
  EXPECT_EQ(shown({"Patient", "p1", second}).version(), second);
  for (const char* hidden : {"1", "2", "3", "4", "0", "", "v", "v00000000000000000000000000000000"})
    EXPECT_FALSE(is_shown(hidden)) << hidden;
  const auth::Requester operators{"op", "", "operator", {}, {}};
  EXPECT_TRUE(read(operators, {"Patient", "p1", "1"}));
  EXPECT_FALSE(read(operators, {"Patient", "p1", first})) << "an operator is shown the whole";
}

TEST_F(ViewVersionTest, AHistoryTellsOfNoMoreVersionsThanWereShown) {
  others_add();
  const std::string first = shown().version();
  the_vendor_adds();
  const std::string second = shown().version();
  ASSERT_TRUE(contribute(R"("maritalStatus":{"text":"single"})", "ORG-HOC"));
  EXPECT_EQ(history("Patient", "p1"), (std::vector<std::string>{second, first}));
  EXPECT_EQ(history("Goal", "g1"), std::vector<std::string>{"1"});
}

TEST_F(ViewVersionTest, LeadsBackToTheVersionThatItWasMadeFrom) {
  const std::string first = shown().version();
  others_add();
  const store::Snapshot snapshot = store_->snapshot();
  EXPECT_EQ(gate_->view_of(doctors(), snapshot).value()->number_of({"Patient", "p1", first}),
            store_->snapshot().resources().read("Patient", "p1")->version);
  EXPECT_EQ(gate_->view_of(doctors(), snapshot).value()->number_of({"Patient", "p1", "v0"}), std::nullopt);
  EXPECT_EQ(gate_->view_of(doctors(), snapshot).value()->number_of({"Patient", "nobody", first}),
            std::nullopt);
  const auth::Requester strangers{"org-obh1", "Organization/ORG-OBH9", "pcp", {"TREAT"}, {}};
  EXPECT_EQ(gate_->view_of(strangers, snapshot).value()->number_of({"Patient", "p1", first}), std::nullopt);
}

// If a consent opens more of a resource, the version of the whole resource stays, but its tag changes.
TEST_F(ViewVersionTest, ATagIsAnotherAfterAGain) {
  const std::string consent = record_of("Consent");
  EXPECT_EQ(shown({"Goal", "g1"}).tag(), "1");
  ASSERT_TRUE(admit({sample::changed(consent, R"("status":"active")", R"("status":"inactive")")}));
  EXPECT_FALSE(read(doctors(), {"Goal", "g1"}));
  ASSERT_TRUE(admit({consent}));
  const Disclosed goal = shown({"Goal", "g1"});
  EXPECT_EQ(goal.version(), "1");
  EXPECT_EQ(goal.tag(), "1." + std::to_string(goal.updated().time_since_epoch().count()));
  EXPECT_EQ(shown({"Goal", "g1", "1"}).tag(), goal.tag());
  EXPECT_EQ(shown({"Goal", "g1", goal.tag()}).tag(), goal.tag());
  for (const char* other : {"1.7", "01", "1."}) EXPECT_FALSE(read(doctors(), {"Goal", "g1", other})) << other;
  const store::Snapshot snapshot = store_->snapshot();
  for (const std::string& named : {goal.version(), goal.tag()})
    EXPECT_EQ(gate_->view_of(doctors(), snapshot).value()->number_of({"Goal", "g1", named}), 1u) << named;
  EXPECT_EQ(gate_->view_of(doctors(), snapshot).value()->number_of({"Goal", "g1", "1.7"}), std::nullopt);
  EXPECT_EQ(shown().tag(), shown().version()) << "of a part, the version tells already";
  ASSERT_TRUE(admit({sample::changed(consent, "2024-06-30", "2024-07-30")}));
  EXPECT_NE(shown({"Goal", "g1"}).tag(), goal.tag()) << "less may be shown, or another scope told";
  const std::string now = shown({"Goal", "g1"}).tag();
  ASSERT_TRUE(admit(
      {sample::changed(sample::changed(consent, R"("id":"c1")", R"("id":"c9")"), "ORG-PCP1", "ORG-OBH1")}));
  EXPECT_EQ(shown({"Goal", "g1"}).tag(), now) << "whom else a person names is not told";
}

TEST(VersionOfPart, IsOfWhatIsShownAlone) {
  json::Arena arena;
  const auto of = [&](const char* text) {
    return version_of_part(arena, json::copy(arena, json::parse(text)->root()));
  };
  const std::string one = of(
      R"({"resourceType":"Patient","id":"p","meta":{"versionId":"1","lastUpdated":"2024-01-01T00:00:00Z"},"gender":"male"})");
  EXPECT_EQ(
      one,
      of(R"({"resourceType":"Patient","id":"p","meta":{"versionId":"9","lastUpdated":"2025-01-01T00:00:00Z"},"gender":"male"})"));
  EXPECT_EQ(one, of(R"({"resourceType":"Patient","id":"p","gender":"male"})"));
  EXPECT_NE(one, of(R"({"resourceType":"Patient","id":"p","gender":"female"})"));
  EXPECT_NE(one,
            of(R"({"resourceType":"Patient","id":"p","meta":{"security":[{"code":"R"}]},"gender":"male"})"));
}

}  // namespace
}  // namespace handoff::disclosure
