// JSON Patch, with the cases of RFC 6902's appendix and their siblings.
#include "json/patch.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "json/document.h"

namespace handoff::json {
namespace {

// The patched document, or "kind place".
std::string patched(const std::string& text, const std::string& patch) {
  auto document = parse(text).value();
  const auto operations = parse(patch).value();
  const auto made = apply_patch(document.arena(), document.root(), operations.root());
  if (made) return write(*made);
  const Problem& why = made.error();
  const char* kind = why.kind == Kind::unprocessable ? "422" : why.kind == Kind::incorrect ? "400" : "429";
  return kind + std::string(" ") + why.issues.front().expression;
}

struct Case {
  const char* document;
  const char* patch;
  const char* expected;
};

TEST(JsonPatch, DoesWhatItsOperationsSay) {
  const Case cases[] = {
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])", R"({"foo":"bar","baz":"qux"})"},
      {R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
       R"({"foo":["bar","qux","baz"]})"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc"]}])",
       R"({"foo":["bar",["abc"]]})"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/1","value":1}])", R"({"foo":["bar",1]})"},
      {R"({"a":1,"b":2})", R"([{"op":"add","path":"/a","value":3}])", R"({"a":3,"b":2})"},
      {R"({"a":1})", R"([{"op":"add","path":"","value":{"b":2}}])", R"({"b":2})"},
      {R"({"":1})", R"([{"op":"replace","path":"/","value":2}])", R"({"":2})"},
      {R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
      {R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])", R"({"foo":["bar","baz"]})"},
      {R"({"a":[{"b":1}]})", R"([{"op":"replace","path":"/a/0/b","value":null}])", R"({"a":[{"b":null}]})"},
      {R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
       R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
       R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})"},
      {R"({"foo":["all","grass","cows","eat"]})", R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
       R"({"foo":["all","cows","eat","grass"]})"},
      {R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])", R"({"a":1})"},
      {R"({"a":[1]})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":[1],"b":[1]})"},
      {R"({"baz":"qux","foo":["a",2,"c"]})",
       R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
       R"({"baz":"qux","foo":["a",2,"c"]})"},
      {R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"}])",
       R"({"~1":10})"},
      {R"({"a":1.50})", R"([{"op":"add","path":"/b","value":2.50}])", R"({"a":1.50,"b":2.50})"},
      {R"({"foo":1})", R"([{"op":"add","path":"/baz","value":2,"xyz":3}])", R"({"foo":1,"baz":2})"},
      {R"({"foo":1})", R"([])", R"({"foo":1})"},
  };
  for (const auto& [document, patch, expected] : cases)
    EXPECT_EQ(patched(document, patch), expected) << patch;
}

TEST(JsonPatch, SaysWhatDoesNotFit) {
  const Case cases[] = {
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])", "422 [0].path"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/2","value":1}])", "422 [0].path"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/01","value":1}])", "422 [0].path"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-1","value":1}])", "422 [0].path"},
      {R"({"foo":["bar"]})", R"([{"op":"replace","path":"/foo/-","value":1}])", "422 [0].path"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/bar","value":1}])", "422 [0].path"},
      {R"({"foo":1})", R"([{"op":"remove","path":"/bar"}])", "422 [0].path"},
      {R"({"foo":1})", R"([{"op":"remove","path":""}])", "422 [0].path"},
      {R"({"foo":1})", R"([{"op":"replace","path":"/bar","value":1}])", "422 [0].path"},
      {R"({"foo":1})", R"([{"op":"test","path":"/foo","value":1},{"op":"test","path":"/foo","value":"1"}])",
       "422 [1].value"},
      {R"({"foo":1})", R"([{"op":"test","path":"/bar","value":null}])", "422 [0].path"},
      {R"({"foo":1})", R"([{"op":"move","from":"/bar","path":"/x"}])", "422 [0].from"},
      {R"({"foo":1})", R"([{"op":"copy","from":"/bar","path":"/x"}])", "422 [0].from"},
      {R"({"foo":{}})", R"([{"op":"move","from":"/foo","path":"/foo/a"}])", "400 [0].path"},
      {R"({"foo":1})", R"([{"op":"merge","path":"/foo","value":1}])", "400 [0].op"},
      {R"({"foo":1})", R"([{"path":"/foo","value":1}])", "400 [0].op"},
      {R"({"foo":1})", R"([{"op":"add","value":1}])", "400 [0].path"},
      {R"({"foo":1})", R"([{"op":"add","path":"foo","value":1}])", "400 [0].path"},
      {R"({"foo":1})", R"([{"op":"add","path":"/foo~2","value":1}])", "400 [0].path"},
      {R"({"foo":1})", R"([{"op":"add","path":"/foo~","value":1}])", "400 [0].path"},
      {R"({"foo":1})", R"([{"op":"add","path":"/foo"}])", "400 [0].value"},
      {R"({"foo":1})", R"(["add"])", "400 [0]"},
      {R"({"foo":1})", R"({"op":"add"})", "400 "},
  };
  for (const auto& [document, patch, expected] : cases)
    EXPECT_EQ(patched(document, patch), expected) << patch;
}

TEST(JsonPatch, GrowsNothingWithoutEnd) {
  std::string doubled = "[";
  for (int i = 0; i < 60; ++i)
    doubled += std::string(i ? "," : "") + R"({"op":"copy","from":"/a","path":"/a/-"})";
  EXPECT_TRUE(patched(R"({"a":[1]})", doubled + "]").starts_with("429 [")) << "2^60 values";
  std::string many = "[";
  for (int i = 0; i < 100; ++i)
    many += std::string(i ? "," : "") + R"({"op":"copy","from":"/a","path":"/b/-"})";
  EXPECT_TRUE(
      patched(R"({"a":")" + std::string(1'000'000, 'x') + R"(","b":[]})", many + "]").starts_with("429 ["))
      << "100 MB of text";
  std::string too_many = "[";
  for (std::size_t i = 0; i <= limits::patch_operations_max; ++i)
    too_many += std::string(i ? "," : "") + R"({"op":"test","path":"","value":{}})";
  EXPECT_EQ(patched("{}", too_many + "]"), "400 ");
}

}  // namespace
}  // namespace handoff::json
