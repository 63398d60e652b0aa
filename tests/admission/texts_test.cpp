#include "admission/texts.h"

#include "../sample_gateway.h"
#include "narrative/narrative.h"

namespace handoff::admission {
namespace {

class TextsTest : public sample::GatewayTest {
 protected:
  TextsTest() { narrates_ = true; }
  static std::string goal(const std::string& status, const std::string& more = {}) {
    return R"({"resourceType":"Goal","id":"g","lifecycleStatus":")" + status +
           R"(","description":{"text":"Keep housing"},"subject":{"reference":"Patient/p1"})" + more + "}";
  }
  static std::string text(const std::string& words, const std::string& status = "generated") {
    return R"(,"text":{"status":")" + status + R"(","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)" +
           words + R"(</div>"})";
  }
  Admitted put(const std::string& resource, const std::function<void(Entry&)>& change = {}) {
    const auto receipt = admit({resource}, "ORG-ADV", change);
    EXPECT_TRUE(receipt) << receipt.error().summary();
    return receipt ? receipt->admitted.at(0) : Admitted{};
  }
  std::string stored_text(const std::string& type = "Goal", const std::string& id = "g") const {
    const auto parsed = json::parse(body(type, id));
    return std::string(parsed->root()["text"]["div"].text());
  }
  bool says(const std::string& words, const std::string& type = "Goal", const std::string& id = "g") const {
    return stored_text(type, id).find(words) != std::string::npos;
  }
};

TEST_F(TextsTest, AFeedsResourceGetsOneAndTheSameAgainNoVersion) {
  EXPECT_EQ(put(goal("active")).effect, Effect::created);
  EXPECT_TRUE(says("Keep housing")) << body("Goal", "g");
  EXPECT_EQ(put(goal("active")).effect, Effect::unchanged);
  EXPECT_EQ(put(goal("completed")).version, 2u);
  EXPECT_TRUE(says("completed"));
}

TEST_F(TextsTest, WhatAClientWritesWithoutOneStaysWithout) {
  narrates_ = false;
  put(goal("active"));
  EXPECT_EQ(stored_text(), "");
  put(goal("completed", text("mine")));
  EXPECT_TRUE(says(">mine<"));
}

TEST_F(TextsTest, AClientThatSendsBackWhatItReadGetsTheTextOfWhatItSent) {
  put(goal("active"));
  narrates_ = false;
  const std::string read = body("Goal", "g");
  EXPECT_EQ(put(read).effect, Effect::unchanged);
  put(sample::changed(read, R"("lifecycleStatus":"active")", R"("lifecycleStatus":"completed")"));
  EXPECT_TRUE(says("Status: completed")) << stored_text();
  EXPECT_FALSE(says("active"));
}

TEST_F(TextsTest, ATextOfSomebodyElseStays) {
  put(goal("active", text("<p>from the template</p>")));
  EXPECT_TRUE(says("from the template")) << "a mapping may write its own";
  put(goal("active", text("<p>by hand</p>", "additional")));
  put(goal("completed", text("<p>by hand</p>", "additional")), [](Entry& entry) { entry.amends = true; });
  EXPECT_TRUE(says("by hand"));
}

// A feed amends the stored resource, which carries the text of its old state. The text is made again, even if
// another write came between.
TEST_F(TextsTest, WhatIsAmendedIsToldAnew) {
  put(goal("active"));
  const std::string read = body("Goal", "g");
  put(goal("on-hold"));
  put(sample::changed(read, R"("lifecycleStatus":"active")", R"("lifecycleStatus":"completed")"),
      [](Entry& entry) { entry.amends = true; });
  EXPECT_TRUE(says("Status: completed")) << stored_text();
}

TEST_F(TextsTest, APersonsTextIsOfAllThatWasGiven) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera","given":["Ana"]}])", "ORG-ADV"));
  EXPECT_TRUE(says("Ana Rivera", "Patient", "p1"));
  ASSERT_TRUE(
      contribute(R"("name":[{"family":"Stone","given":["Ann"]}],"birthDate":"1990-02-03")", "ORG-HOC"));
  for (const char* word : {"Ana Rivera", "Ann Stone", "February 3, 1990"})
    EXPECT_TRUE(says(word, "Patient", "p1")) << word;
  const auto again = contribute(R"("birthDate":"1990-02-03")", "ORG-HOC");
  EXPECT_EQ(again->admitted.at(0).effect, Effect::unchanged);
}

TEST_F(TextsTest, APersonMadeAnewIsToldAnew) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera","given":["Ana"]}])", "ORG-ADV"));
  ASSERT_TRUE(contribute(R"("name":[{"family":"Stone","given":["Bob"]}])", "ORG-HOC"));
  const auto bare = json::parse(R"({"resourceType":"Patient","name":[{"family":"Rivera","given":["Ana"]}]})");
  put(R"({"resourceType":"Patient","id":"p1"})", [&](Entry& entry) {
    entry.moves = true;
    entry.given = {{bare->root(), "ORG-ADV"}};
  });
  EXPECT_TRUE(says("Ana Rivera", "Patient", "p1"));
  EXPECT_EQ(body("Patient", "p1").find("Bob"), std::string::npos);
}

TEST_F(TextsTest, WhatOnlyChangesHandsGetsNone) {
  narrates_ = false;
  put(goal("active"));
  narrates_ = true;
  put(sample::changed(goal("active"), "Patient/p1", "Patient/p2"), [](Entry& entry) { entry.moves = true; });
  EXPECT_EQ(stored_text(), "");
}

TEST_F(TextsTest, ATextGivesNoLabel) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Parole"}])", "ORG-ADV"));
  EXPECT_TRUE(says("Parole", "Patient", "p1"));
  EXPECT_EQ(body("Patient", "p1").find("\"JI\""), std::string::npos) << body("Patient", "p1");
  put(R"({"resourceType":"CareTeam","id":"t","name":"Prison ministry","subject":{"reference":"Patient/p1"}})");
  EXPECT_TRUE(says("Prison ministry", "CareTeam", "t"));
  EXPECT_EQ(body("CareTeam", "t").find("\"JI\""), std::string::npos)
      << "a name is not read, and so its text is not";
}

}  // namespace
}  // namespace handoff::admission
