#include "core/id_key.h"

#include <gtest/gtest.h>

#include <set>

#include "core/hash.h"

namespace handoff {
namespace {

constexpr std::string_view condition = "https://handoff.example.org/id/condition";

TEST(IdKey, EqualThingsHaveEqualIdsUnderOneKey) {
  const IdKey key(std::string(32, 'a')), same(std::string(32, 'a')), other(std::string(32, 'b'));
  EXPECT_EQ(key.id("Condition", condition, "1"), same.id("Condition", condition, "1"));
  EXPECT_NE(key.id("Condition", condition, "1"), other.id("Condition", condition, "1"));
  EXPECT_EQ(key.id("Condition", condition, "1").find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(key.id("Condition", condition, "1").size(), 32u);
}

TEST(IdKey, NoTwoListsOfPartsAreTheSameBytes) {
  const IdKey key(std::string(32, 'a'));
  const std::set<std::string> ids = {key.id("Task", "a", "b|c"), key.id("Task", "a|b", "c"),
                                     key.id("Task", "ab", "c"),  key.id("Task", "a", "bc"),
                                     key.id("Task", "", "abc"),  key.id("Taska", "", "bc"),
                                     key.id("Task", "1:a", "b"), key.id("Task", "1", ":ab")};
  EXPECT_EQ(ids.size(), 8u);
  EXPECT_NE(key.uuid({"a", "b"}), key.uuid({"ab"}));
  EXPECT_NE(key.uuid({"a", ""}), key.uuid({"", "a"}));
  EXPECT_NE(key.uuid({"a", ""}), key.uuid({"a"}));
}

TEST(IdKey, NoPlainDigestGivesThem) {
  const IdKey key(std::string(32, 'a'));
  EXPECT_NE(key.id("Task", "s", "v"), keyless_id("Task", "s", "v"));
  EXPECT_EQ(keyless_id("Task", "s", "v"), sha256_hex("Task|s|v").substr(0, 32)) << "what older stores have";
  EXPECT_EQ(key.check_value().find(key.id("", "", "")), std::string::npos);
  EXPECT_EQ(key.uuid({"x"}).substr(0, 9), "urn:uuid:");
  EXPECT_EQ(key.uuid({"x"}).size(), 45u);
  EXPECT_EQ(key.uuid({"x"})[23], '8') << key.uuid({"x"});
}

}  // namespace
}  // namespace handoff
