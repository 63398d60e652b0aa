#include "admission/contribution.h"

#include "../sample_gateway.h"
#include "consent/contributions.h"
#include "store/resources.h"

namespace handoff::admission {
namespace {

// Reads "value: discloser discloser" from each element of the Patient p1 that carries marks, in order.
class ContributionTest : public sample::GatewayTest {
 protected:
  static std::string marks(json::Value element) {
    std::string out;
    for (const json::Value extension : element["extension"].items())
      if (extension["url"].text() == discloser_extension)
        out += " " + std::string(extension["valueReference"]["reference"].text().substr(13));
    return out;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    const auto parsed = json::parse(body("Patient", "p1"));
    for (const json::Value name : parsed->root()["name"].items())
      out.push_back(std::string(name["family"].text()) + " " + std::string(name["given"].at(0).text()) + ":" +
                    marks(name));
    return out;
  }
  std::vector<std::string> identifiers() const {
    std::vector<std::string> out;
    const auto parsed = json::parse(body("Patient", "p1"));
    for (const json::Value one : parsed->root()["identifier"].items())
      out.push_back(std::string(one["value"].text()) + ":" + marks(one));
    return out;
  }
  std::string single(const std::string& member) const {
    const auto parsed = json::parse(body("Patient", "p1"));
    return std::string(parsed->root()[member].text()) + ":" + marks(parsed->root()["_" + member]);
  }
};

constexpr const char* shouted = R"("name":[{"family":"RIVERA","given":["ANA"]}],"birthDate":"1990-02-03")";
constexpr const char* spelled =
    R"("name":[{"family":"Rivera","given":["Ana"]}],"birthDate":"1990-02-03","gender":"female")";

TEST_F(ContributionTest, EveryElementIsMarkedAndMarksUnite) {
  ASSERT_TRUE(contribute(
      R"("identifier":[{"system":"urn:m","value":"1"},{"system":"urn:b","value":"2"}],"birthDate":"1990-02-03")",
      "ORG-HOC"));
  ASSERT_TRUE(contribute(
      R"("identifier":[{"system":"urn:m","value":"1"}],"birthDate":"1990-02-03","gender":"female")",
      "ORG-ADV"));
  EXPECT_EQ(identifiers(), (std::vector<std::string>{"1: ORG-HOC ORG-ADV", "2: ORG-HOC"}));
  EXPECT_EQ(single("birthDate"), "1990-02-03: ORG-HOC ORG-ADV");
  EXPECT_EQ(single("gender"), "female: ORG-ADV");
  EXPECT_EQ(store_->snapshot().resources().read("Patient", "p1")->disclosers, "ORG-HOC ORG-ADV");
}

// An Extension has a value or extensions, not both (R4 ext-1), so the mark stands at the value.
TEST_F(ContributionTest, ExtensionsOfEveryKindAreTakenIn) {
  const std::string given =
      R"("extension":[{"url":"https://x.example.org/veteran","valueBoolean":true},{"url":"https://x.example.org/since","valueDate":"2001"},)"
      R"({"url":"https://x.example.org/kind","valueCoding":{"code":"a"}},{"url":"https://x.example.org/branch","extension":[)"
      R"({"url":"name","valueString":"navy"}]}],"modifierExtension":[{"url":"https://x.example.org/no","valueCode":"b"}])";
  const auto first = contribute(given, "ORG-HOC");
  ASSERT_TRUE(first) << first.error().summary();
  ASSERT_TRUE(contribute(given, "ORG-HOC"));
  ASSERT_TRUE(
      contribute(R"("extension":[{"url":"https://x.example.org/veteran","valueBoolean":true}])", "ORG-ADV"));
  EXPECT_EQ(store_->snapshot().resources().read("Patient", "p1")->version, 2u)
      << "the same again changes nothing";
  json::Arena arena;
  const auto parsed = json::parse(body("Patient", "p1"));
  const auto seen_by = [&](const std::string& organization) {
    json::Value seen = consent::given_by(arena, parsed->root(), std::vector<std::string>{organization});
    for (const char* frame : {"resourceType", "id", "meta"}) seen = json::with_member(arena, seen, frame, {});
    return json::write(seen);
  };
  EXPECT_EQ(seen_by("Organization/ORG-HOC"), "{" + given + "}");
  EXPECT_EQ(seen_by("Organization/ORG-ADV"),
            R"({"extension":[{"url":"https://x.example.org/veteran","valueBoolean":true}]})");
  EXPECT_FALSE(contribute(R"("extension":[{"url":"https://x.example.org/empty"}])", "ORG-HOC"))
      << "ext-1 still holds";
}

TEST_F(ContributionTest, AnotherBirthDateDoesNotReplaceTheFirst) {
  ASSERT_TRUE(contribute(R"("birthDate":"1990-02-03")", "ORG-HOC"));
  ASSERT_TRUE(contribute(R"("birthDate":"1991-02-03")", "ORG-ADV"));
  EXPECT_EQ(single("birthDate"), "1990-02-03: ORG-HOC");
}

TEST_F(ContributionTest, WhatAPersonConfirmedReplacesTheFirst) {
  ASSERT_TRUE(
      contribute(R"("birthDate":"1990-02-03","gender":"female","maritalStatus":{"text":"a"})", "ORG-HOC"));
  const auto confirm = [](Entry& entry) { entry.contributes = entry.confirmed = true; };
  ASSERT_TRUE(admit(
      {R"({"resourceType":"Patient","id":"p1","birthDate":"1991-02-03","gender":"female","maritalStatus":{"text":"b"}})"},
      "ORG-ADV", confirm));
  EXPECT_EQ(single("birthDate"), "1991-02-03: ORG-ADV") << "ORG-HOC never gave it";
  EXPECT_EQ(single("gender"), "female: ORG-HOC ORG-ADV");
  const auto parsed = json::parse(body("Patient", "p1"));
  EXPECT_EQ(parsed->root()["maritalStatus"]["text"].text(), "b");
  EXPECT_EQ(marks(parsed->root()["maritalStatus"]), " ORG-ADV");
}

TEST_F(ContributionTest, ClaimsOfProfilesAreMarkedToo) {
  const auto claims = [this] {
    const auto parsed = json::parse(body("Patient", "p1"));
    const json::Value meta = parsed->root()["meta"];
    std::vector<std::string> out;
    for (std::size_t i = 0; i < meta["profile"].size(); ++i)
      out.push_back(std::string(meta["profile"].at(i).text()) + ":" + marks(meta["_profile"].at(i)));
    return out;
  };
  const std::string claiming =
      R"("meta":{"profile":["http://p.example/a"],"tag":[{"code":"t"}]},"gender":"male")";
  ASSERT_TRUE(contribute(claiming, "ORG-HOC"));
  ASSERT_TRUE(contribute(R"("meta":{"profile":["http://p.example/b","http://p.example/a"]})", "ORG-ADV"));
  EXPECT_EQ(claims(),
            (std::vector<std::string>{"http://p.example/a: ORG-HOC ORG-ADV", "http://p.example/b: ORG-ADV"}));
  EXPECT_EQ(body("Patient", "p1").find("\"tag\""), std::string::npos)
      << "nothing else of meta is a contribution";
  const auto before = store_->snapshot().resources().read("Patient", "p1")->version;
  ASSERT_TRUE(contribute(claiming, "ORG-HOC"));
  EXPECT_EQ(store_->snapshot().resources().read("Patient", "p1")->version, before)
      << "the same again makes no version";
}

TEST_F(ContributionTest, AnUnknownGenderIsNobodysAndGivesWay) {
  ASSERT_TRUE(contribute(R"("birthDate":"1990-02-03")", "ORG-HOC"));
  EXPECT_EQ(single("gender"), ":") << "nobody speaks of it, nothing claims a profile that wants it";
  ASSERT_TRUE(contribute(R"("meta":{"profile":["http://p.example/a"]},"birthDate":"1990-02-03")", "ORG-HOC"));
  EXPECT_EQ(single("gender"), "unknown:");
  ASSERT_TRUE(contribute(R"("gender":"unknown")", "ORG-ADV"));
  EXPECT_EQ(single("gender"), "unknown:");
  ASSERT_TRUE(contribute(R"("gender":"female")", "ORG-ADV"));
  EXPECT_EQ(single("gender"), "female: ORG-ADV");
  ASSERT_TRUE(contribute(R"("gender":"unknown")", "ORG-HOC"));
  EXPECT_EQ(single("gender"), "female: ORG-ADV");
  ASSERT_TRUE(contribute(R"("gender":"unknown")", "ORG-HOC", "p2"));
  EXPECT_NE(body("Patient", "p2").find(R"("gender":"unknown")"), std::string::npos)
      << "a feed that says so is heard";
}

TEST_F(ContributionTest, ShoutedNamesTakeTheMixedCaseSpellingInEitherOrder) {
  for (const bool shouted_first : {true, false}) {
    TearDown();
    SetUp();
    ASSERT_TRUE(contribute(shouted_first ? shouted : spelled, "ORG-A"));
    ASSERT_TRUE(contribute(shouted_first ? spelled : shouted, "ORG-B"));
    EXPECT_EQ(names(), std::vector<std::string>{"Rivera Ana: ORG-A ORG-B"});
  }
}

TEST_F(ContributionTest, NamesOfOthersAreNotRespelled) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"RIVERA","given":["ANA"]}])", "ORG-A"));
  ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera","given":["Anabel"]}])", "ORG-B"));
  EXPECT_EQ(names(), (std::vector<std::string>{"RIVERA ANA: ORG-A", "Rivera Anabel: ORG-B"}));
}

TEST_F(ContributionTest, TheSameAgainChangesNothing) {
  ASSERT_TRUE(contribute(shouted, "ORG-A"));
  ASSERT_TRUE(contribute(spelled, "ORG-B"));
  for (const auto& [members, discloser] :
       {std::pair(shouted, "ORG-A"), {spelled, "ORG-B"}, {R"("gender":"female")", "ORG-B"}}) {
    const auto again = contribute(members, discloser);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->admitted.at(0).effect, Effect::unchanged) << discloser;
  }
  EXPECT_EQ(store_->snapshot().resources().read("Patient", "p1")->version, 2u);
}

// A file cannot speak for another discloser. Marks that arrive are dropped, and so is what only the store
// sets.
TEST_F(ContributionTest, MarksThatArriveCountForNothing) {
  ASSERT_TRUE(contribute(R"("identifier":[{"system":"urn:b","value":"2","extension":[{"url":")" +
                             std::string(discloser_extension) +
                             R"(","valueReference":{"reference":"Organization/ORG-X"}}]}])",
                         "ORG-HOC"));
  EXPECT_EQ(identifiers(), std::vector<std::string>{"2: ORG-HOC"});
}

}  // namespace
}  // namespace handoff::admission
