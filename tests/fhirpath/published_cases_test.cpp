// The published FHIRPath cases (one JSON document for each line), if they are available.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "../shared_folder.h"
#include "core/civil.h"
#include "fhirpath/decimal.h"
#include "fhirpath/expression.h"
#include "json/document.h"

namespace handoff::fhirpath {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool same_value(const Item& item, json::Value expected) {
  if (expected.is_number()) {
    const auto a = Decimal::parse(item.value.text()), b = Decimal::parse(expected.text());
    return a && b && Decimal::compare(*a, *b) == 0;
  }
  if (expected.is_boolean()) return item.value.is_boolean() && item.value.truth() == expected.truth();
  if (!expected.is_object()) return item.value.text() == expected.text();
  return item.value["code"].text() == expected["code"].text() &&
         item.value["value"].text() == expected["value"].text();
}

bool same_type(const Item& item, json::Value expected) {
  if (!expected.is_string()) return true;
  const std::string_view name = type_name(item), wanted = expected.text();
  return name.size() == wanted.size() && name.substr(1) == wanted.substr(1) &&
         std::tolower(name[0]) == std::tolower(wanted[0]);
}

bool matches(const Collection& found, json::Value expected, bool ordered) {
  if (found.size() != expected.size()) return false;
  const auto same = [](const Item& item, json::Value output) {
    return same_value(item, output["value"]) && same_type(item, output["type"]);
  };
  if (ordered) return std::equal(found.begin(), found.end(), expected.items().begin(), same);
  return std::all_of(found.begin(), found.end(), [&](const Item& item) {
    return std::any_of(expected.items().begin(), expected.items().end(),
                       [&](json::Value v) { return same(item, v); });
  });
}

struct Verdict {
  bool passed = false;
  std::string said;
};

Verdict run(json::Value line, const Collection& focus) {
  CompileOptions options;
  if (!focus.empty()) options.focus = focus[0].type;
  const bool may_fail = line["error"].is_string();
  const auto expression = Expression::compile(line["expression"].text(), options);
  if (!expression) return {may_fail, expression.error().summary()};
  Evaluation evaluation;
  evaluation.set_now(span_of("2026-06-30T12:00:00Z")->first);
  auto result = expression->evaluate(evaluation, focus);
  if (!result) return {may_fail, result.error().summary()};
  if (line["predicate"].truth()) {
    // The suite turns the result into a boolean, which need not be a variable of type boolean.
    *result = {system_item(json::Arena::boolean(is_true(*result)), SystemType::boolean)};
  }
  std::string said;
  for (const Item& item : *result) said += std::string(type_name(item)) + ":" + json::write(item.value) + " ";
  if (may_fail && line["outputs"].size() == 0) return {false, "no error: " + said};
  return {matches(*result, line["outputs"], !line["ordered"] || line["ordered"].truth()), said};
}

// Cases that do not pass, each with its reason. At present there are none.
struct Exception {
  std::string_view id;
  std::string_view reason;
};
const std::vector<Exception> exceptions = {};

bool is_exception(std::string_view id) {
  return std::any_of(exceptions.begin(), exceptions.end(), [&](const Exception& e) { return e.id == id; });
}

TEST(PublishedCases, Pass) {
  const auto folder = shared_folder() / "testdata/fhirpath";
  std::ifstream lines(folder / "visible.jsonl");
  if (!lines) GTEST_SKIP() << "no published cases at hand";
  std::size_t count = 0, passed = 0;
  std::map<std::string, json::Document> inputs;
  for (std::string text; std::getline(lines, text);) {
    const auto line = json::parse(text);
    ASSERT_TRUE(line) << line.error().summary();
    const json::Value root = line->root();
    Collection focus;
    if (root["input"].is_string()) {
      const std::string name(root["input"].text());
      if (!inputs.contains(name)) {
        auto document = json::parse(read_file(folder / "input" / name));
        ASSERT_TRUE(document) << name;
        inputs.emplace(name, std::move(*document));
      }
      focus = {resource_item(inputs.at(name).root())};
    }
    const Verdict verdict = run(root, focus);
    ++count;
    passed += verdict.passed;
    EXPECT_NE(verdict.passed, is_exception(root["id"].text()))
        << root["id"].text() << " | " << root["expression"].text() << " | expected "
        << json::write(root["outputs"]) << " " << json::write(root["error"]) << " | got " << verdict.said;
  }
  std::cout << passed << " of " << count << " published cases pass\n";
  EXPECT_GE(passed * 100, count * 98);
}

}  // namespace
}  // namespace handoff::fhirpath
