#include "json/writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "json/document.h"

namespace handoff::json {
namespace {

struct Case {
  const char* text;
  void (*write)(Writer& w);
};

std::string written(void (*write)(Writer&), Style style = Style::compact) {
  std::string out;
  Writer writer(out, style);
  write(writer);
  return out;
}

// The calls, and the text that they must make.
constexpr Case cases[] = {
    {"{}", [](Writer& w) { w.begin_object().end_object(); }},
    {"[]", [](Writer& w) { w.begin_array().end_array(); }},
    {R"("")", [](Writer& w) { w.text(""); }},
    {"null", [](Writer& w) { w.null(); }},
    {"7", [](Writer& w) { w.raw("7"); }},
    {R"({"a":1})", [](Writer& w) { w.begin_object().key("a").number(1).end_object(); }},
    {R"({"a":"x","b":true,"c":null})",
     [](Writer& w) {
       w.begin_object().key("a").text("x").key("b").boolean(true).key("c").null().end_object();
     }},
    {R"([1,"x",false,null])",
     [](Writer& w) { w.begin_array().number(1).text("x").boolean(false).null().end_array(); }},
    {R"([{},[],{"a":[]},[[]]])",
     [](Writer& w) {
       w.begin_array().begin_object().end_object().begin_array().end_array();
       w.begin_object().key("a").begin_array().end_array().end_object();
       w.begin_array().begin_array().end_array().end_array().end_array();
     }},
    {R"({"a":{"b":{"c":1},"d":2},"e":[3,{"f":4}]})",
     [](Writer& w) {
       w.begin_object().key("a").begin_object().key("b").begin_object().key("c").number(1).end_object();
       w.key("d").number(2).end_object();
       w.key("e")
           .begin_array()
           .number(3)
           .begin_object()
           .key("f")
           .number(4)
           .end_object()
           .end_array()
           .end_object();
     }},
    {R"({"a\"b":"c\\d","e\nf":"g\th"})",
     [](Writer& w) { w.begin_object().key("a\"b").text("c\\d").key("e\nf").text("g\th").end_object(); }},
    {R"({"r":{"resourceType":"Patient","n":1.50},"s":2})",
     [](Writer& w) {
       w.begin_object()
           .key("r")
           .raw(R"({"resourceType":"Patient","n":1.50})")
           .key("s")
           .number(2)
           .end_object();
     }},
    {R"({"a":["x","y"],"b":[],"c":["z"]})",
     [](Writer& w) {
       w.begin_object()
           .key("a")
           .texts(std::vector<std::string>{"x", "y"})
           .key("b")
           .texts(std::set<std::string>{});
       w.key("c").texts(std::vector<std::string_view>{"z"}).end_object();
     }},
    {"[-9223372036854775808,18446744073709551615,4294967295,0]",
     [](Writer& w) {
       w.begin_array().number(std::numeric_limits<std::int64_t>::min());
       w.number(std::numeric_limits<std::uint64_t>::max()).number(std::uint32_t(-1)).number(0).end_array();
     }},
};

TEST(JsonWriter, WritesWhatIsCalled) {
  for (const Case& each : cases) EXPECT_EQ(written(each.write), each.text);
}

TEST(JsonWriter, WritesAsTheParsedValueIsWritten) {
  for (const Case& each : cases) {
    const std::string text = written(each.write);
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(write(parsed->root()), text);
    std::string again;
    Writer(again).value(parsed->root());
    EXPECT_EQ(again, text);
  }
}

TEST(JsonWriter, EscapesAsWriteDoes) {
  for (int c = 0; c < 256; ++c) {
    const std::string value = std::string("a") + char(c) + "é";
    std::string text, object;
    Writer(text).text(value);
    EXPECT_EQ(text, write(Arena::borrow(value))) << c;
    Writer(object).begin_object().key(value).null().end_object();
    EXPECT_EQ(object, "{" + text + ":null}") << c;
  }
}

TEST(JsonWriter, KeepsTheTextBefore) {
  std::string out = "before ";
  Writer(out).begin_array().number(1).end_array();
  EXPECT_EQ(out, "before [1]");
}

TEST(JsonWriter, GoesOnWhereTheTextWasTaken) {
  std::string out;
  Writer writer(out);
  writer.begin_object().key("entry").begin_array().number(1);
  const std::string first = std::exchange(out, {});
  writer.number(2).end_array().end_object();
  EXPECT_EQ(first, R"({"entry":[1)");
  EXPECT_EQ(out, ",2]}");
}

TEST(JsonWriter, SpacesWhatPeopleRead) {
  const auto list = [](Writer& w) {
    w.begin_object().key("a").number(1).key("b").begin_array().text("x").text("y").end_array();
    w.key("c").begin_object().end_object().end_object();
  };
  EXPECT_EQ(written(list, Style::spaced), R"({"a": 1, "b": ["x", "y"], "c": {}})");
}

TEST(JsonWriter, BreaksLines) {
  const auto file = [](Writer& w) {
    w.begin_object().new_line(2).key("a").begin_array();
    for (int i = 0; i < 2; ++i) w.new_line(4).begin_object().key("i").number(i).key("j").null().end_object();
    w.new_line(2).end_array().new_line(2).key("b").number(1).new_line(0).end_object();
  };
  EXPECT_EQ(written(file, Style::spaced),
            "{\n  \"a\": [\n    {\"i\": 0, \"j\": null},\n    {\"i\": 1, \"j\": null}\n  ],\n  \"b\": 1\n}");
}

#ifndef NDEBUG
TEST(JsonWriterDeathTest, StopsCallsInTheWrongPlace) {
  constexpr Case wrong[] = {
      {"a key in an array", [](Writer& w) { w.begin_array().key("a"); }},
      {"a key outside", [](Writer& w) { w.key("a"); }},
      {"two keys", [](Writer& w) { w.begin_object().key("a").key("b"); }},
      {"no key", [](Writer& w) { w.begin_object().number(1); }},
      {"no value", [](Writer& w) { w.begin_object().key("a").end_object(); }},
      {"another bracket", [](Writer& w) { w.begin_object().end_array(); }},
      {"nothing is open", [](Writer& w) { w.end_object(); }},
      {"two values", [](Writer& w) { w.number(1).number(2); }},
      {"nothing at all", [](Writer& w) { w.raw(""); }},
  };
  for (const Case& each : wrong) EXPECT_DEATH(written(each.write), "") << each.text;
}
#endif

}  // namespace
}  // namespace handoff::json
