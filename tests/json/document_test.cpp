#include "json/document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace handoff::json {
namespace {

TEST(Document, KeepsNumbersAndOrder) {
  const std::string text = R"({"b":1.50,"a":[1e3,-0.0,12345678901234567890],"c":"é\n\"","d":null,"e":true})";
  auto document = parse(text);
  ASSERT_TRUE(document);
  EXPECT_EQ(write(document->root()), text);
  EXPECT_EQ(document->root()["b"].text(), "1.50");
  EXPECT_EQ(document->root()["a"].at(2).text(), "12345678901234567890");
  EXPECT_FALSE(document->root()["x"]["y"]);
}

struct Refusal {
  std::string text;
  std::string says;
};

TEST(Document, RefusesWithLineAndColumn) {
  const Refusal cases[] = {
      {"", "document is empty"},
      {"{\"a\":1,\n\"a\":2}", "duplicate key \"a\" (line 2"},
      {"[1,]", "line 1, column 4"},
      {"{\"a\":\"\xff\"}", "encoding"},
      {"{} x", "line 1, column 4"},
      {std::string(65, '['), "nested deeper than 64"},
      {"01", "root"},
      {"[\"a\tb\"]", "a control character in a string must be escaped (line 1, column 4"},
      {"\"\\ud800\"", "surrogate"},
      {"\"\\ude00\"", "a surrogate stands alone"},
      {"{\"a\":\"\\ud38d\\ude00\"}", "a surrogate stands alone"},
      {"{\"\\udc00\":1}", "a surrogate stands alone"},
  };
  for (const auto& [text, says] : cases) {
    const auto result = parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_NE(result.error().summary().find(says), std::string::npos) << result.error().summary();
  }
  EXPECT_TRUE(parse(R"(["\ud38d", "\ud83d\ude00"])"));
  EXPECT_FALSE(parse("[1,2,3]", {.bytes_max = 3}));
  EXPECT_TRUE(parse(std::string(64, '[') + std::string(64, ']')));
}

// Tries every place in a long string, because instructions that take many characters at a time have edges.
TEST(Document, ControlCharactersAreOnlyThereEscaped) {
  for (int c = 0; c < 0x20; ++c) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string head = "[\"" + std::string(before, 'a'), tail = std::string(20, 'b') + "\"]";
      EXPECT_FALSE(parse(head + char(c) + tail)) << c << " behind " << before;
      EXPECT_FALSE(parse("{\"" + std::string(before, 'k') + char(c) + "\":1}")) << c;
      const auto escaped = parse(head + fmt::format("\\u{:04x}", c) + tail);
      ASSERT_TRUE(escaped) << c;
      ASSERT_EQ(escaped->root().at(0).text()[before], char(c));
      const std::string written = write(escaped->root());
      for (const char out : written + write_pretty(escaped->root()))
        ASSERT_TRUE(static_cast<unsigned char>(out) >= 0x20 || out == '\n') << c << " behind " << before;
      ASSERT_TRUE(parse(written));
    }
  }
}

TEST(Document, RelaxedKnowsWhereThingsStand) {
  const std::string text =
      "{ // note\n  \"key\": \"a \\\"quoted\\\" value\", \"n\": 12, \"list\": [\"x\",],\n}";
  auto document = parse(text, {.relaxed = true, .offsets = true});
  ASSERT_TRUE(document) << document.error().summary();
  const Value root = document->root();
  EXPECT_EQ(document->offset_of(root.members()[0].key.data()), text.find("\"key\""));
  EXPECT_EQ(document->offset_of(root["key"].storage()), text.find("\"a "));
  EXPECT_EQ(document->offset_of(root["n"].storage()), text.find("12"));
  EXPECT_EQ(document->offset_of(root["list"].storage()), text.find("["));
  EXPECT_EQ(document->offset_of(root.storage()), 0u);
  EXPECT_EQ(position_at(text, text.find("\"key\"")).line, 2u);
  EXPECT_EQ(position_at(text, text.find("\"key\"")).column, 3u);
}

TEST(Value, EditsWithoutChangingTheOriginal) {
  auto document = parse(R"({"a":1,"b":{"c":[1,2]}})");
  Arena& arena = document->arena();
  const Value changed = with_member(arena, with_member(arena, document->root(), "a", Arena::boolean(true)),
                                    "z", arena.integer(7));
  EXPECT_EQ(write(changed), R"({"a":true,"b":{"c":[1,2]},"z":7})");
  EXPECT_EQ(write(with_member(arena, changed, "b", {})), R"({"a":true,"z":7})");
  EXPECT_EQ(write(document->root()), R"({"a":1,"b":{"c":[1,2]}})");
  EXPECT_TRUE(equal(parse(R"({"x":1,"y":[2]})")->root(), parse(R"({"y":[2],"x":1})")->root()));
  EXPECT_FALSE(equal(parse("[1,2]")->root(), parse("[2,1]")->root()));
}

}  // namespace
}  // namespace handoff::json
