#include "intake/world.h"

#include "../fhir_names.h"
#include "../sample_gateway.h"
#include "store/id_key.h"

namespace handoff::intake {
namespace {

constexpr std::string_view goal = "https://handoff.example.org/id/goal";

class WorldTest : public sample::GatewayTest {
 protected:
  // An operator's write has no discloser.
  void admit_goal(const std::string& id, const std::string& number, bool deleted = false,
                  const std::string& discloser = "ORG-ADV") {
    const std::string text = R"({"resourceType": "Goal", "id": ")" + id +
                             R"(", "lifecycleStatus": "active", "description": {"text": "x"},
      "subject": {"reference": "Patient/p1"}, "identifier": [{"system": ")" +
                             std::string(goal) + R"(", "value": ")" + number + R"("}]})";
    ASSERT_TRUE(admit({text}, discloser));
    if (!deleted) return;
    ASSERT_TRUE(admit({text}, "ORG-ADV", [](admission::Entry& entry) {
      entry.method = admission::Method::remove, entry.resource = {};
    }));
  }
  std::string id_of(const std::string& number) {
    ids_.has_keyless = store::has_keyless_ids(store_->snapshot());
    return StoredWorld(store_->snapshot(), ids_, std::make_shared<const identity::Tables>())
        .id_of("Goal", goal, number);
  }
  std::string found(const std::string& number) {
    ids_.has_keyless = store::has_keyless_ids(store_->snapshot());
    return StoredWorld(store_->snapshot(), ids_, std::make_shared<const identity::Tables>())
        .find("Goal", goal, number)
        .value_or("none");
  }

  std::size_t goals() {
    ids_.has_keyless = store::has_keyless_ids(store_->snapshot());
    return StoredWorld(store_->snapshot(), ids_, std::make_shared<const identity::Tables>())
        .of_patient("Patient/p1"_ref, "Goal")
        .size();
  }

  Ids ids_{sample::id_key()};
};

TEST_F(WorldTest, WhatIsStoredFromBeforeTheKeyKeepsItsId) {
  const std::string before = keyless_id("Goal", goal, "G-1");
  admit_goal(before, "G-1");
  admit_goal("chosen", "G-2", false, {});
  admit_goal(keyless_id("Goal", goal, "G-3"), "G-3", true);
  ASSERT_TRUE(store::take_id_key(*store_, sample::id_key()));
  EXPECT_EQ(id_of("G-1"), before);
  EXPECT_EQ(found("G-1"), "Goal/" + before);
  EXPECT_EQ(found("G-2"), "Goal/chosen") << "by its identifier";
  EXPECT_EQ(id_of("G-3"), keyless_id("Goal", goal, "G-3")) << "a deleted one keeps it, too";
  EXPECT_EQ(id_of("G-4"), sample::id_key().id("Goal", goal, "G-4"));
  EXPECT_EQ(found("G-4"), "none");
}

TEST_F(WorldTest, WhatBeginsWithTheKeyHasNoOther) {
  ASSERT_TRUE(store::take_id_key(*store_, sample::id_key()));
  EXPECT_EQ(id_of("G-1"), sample::id_key().id("Goal", goal, "G-1"));
  admit_goal(id_of("G-1"), "G-1");
  EXPECT_EQ(found("G-1"), "Goal/" + id_of("G-1"));
}

// An attack found this. A client had written a resource under a feed's number; the feed added the people that
// it serves, and the client read it.
TEST_F(WorldTest, WhatAClientWroteUnderTheNumberOfAFeedIsNotTheFeeds) {
  ASSERT_TRUE(store::take_id_key(*store_, sample::id_key()));
  admit_goal("planted", "G-1");
  admit_goal(keyless_id("Goal", goal, "G-1"), "G-1");
  EXPECT_EQ(found("G-1"), "none");
  EXPECT_EQ(goals(), 0u);
  admit_goal(id_of("G-1"), "G-1");
  admit_goal("entered", "G-2", false, {});
  EXPECT_EQ(found("G-1"), "Goal/" + id_of("G-1"));
  EXPECT_EQ(found("G-2"), "Goal/entered") << "an operator's";
  EXPECT_EQ(goals(), 2u);
}

}  // namespace
}  // namespace handoff::intake
