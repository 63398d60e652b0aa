// Hostile expressions end within the limits of time, memory and stack, and give a reason.
#include <chrono>

#include "case.h"
#include "core/limits.h"

namespace handoff::fhirpath {
namespace {

using namespace std::string_literals;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

std::string numbers(int count) {
  std::string result = "(1";
  for (int i = 2; i <= count; ++i) result += "|" + std::to_string(i);
  return result + ")";
}

std::string doubling_variables() {
  std::string result = "defineVariable('v0', 1)";
  for (int i = 1; i < 60; ++i)
    result += ".defineVariable('v" + std::to_string(i) + "', %v" + std::to_string(i - 1) + ".combine(%v" +
              std::to_string(i - 1) + "))";
  return result + ".select(%v59).count()";
}

class Hostile : public ::testing::TestWithParam<Case> {};

TEST_P(Hostile, Ends) {
  const auto document = json::parse(
      R"({"resourceType": "Patient", "id": "p", "name": [{"family": "x", "given": ["a", "b"]}]})");
  const Collection focus{resource_item(document->root())};
  CompileOptions options;
  options.focus = focus[0].type;
  const auto start = std::chrono::steady_clock::now();
  check(GetParam(), options, focus);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20))
      << GetParam().expression.substr(0, 100);
}

INSTANTIATE_TEST_SUITE_P(
    Nesting, Hostile,
    ::testing::Values(Case{repeated("(", 8'000), "!nested deeper than 64"},
                      Case{repeated("iif(true,", 500) + "1" + repeated(")", 500), "!nested deeper than 64"},
                      Case{repeated("-", 10'000) + "1", "!nested deeper than 64"},
                      Case{"1" + repeated(" is Integer", 1'000), "!nested deeper than 64"},
                      Case{repeated("name[", 1'000) + "0" + repeated("]", 1'000), "!nested deeper than 64"},
                      Case{"1" + repeated("+1", 8'000), "8001"},
                      Case{"$this" + repeated(".trace('')", 1'600) + ".count()", "1"},
                      Case{repeated("true and ", 1'500) + "true", "true"},
                      Case{repeated("a", 16'000), "!Patient has no element"},
                      Case{repeated("1|", 4'000) + "1", "1"}, Case{repeated("{", 100), "!expected \"}\""}));

INSTANTIATE_TEST_SUITE_P(
    Growth, Hostile,
    ::testing::Values(
        Case{"1.repeat($this + 1).count()", "!more than"},
        Case{"1.repeatAll($this + 1).count()", "!more than"},
        Case{"1.repeatAll($this.combine($this)).count()", "!more than"},
        Case{doubling_variables(), "!more than"},
        Case{numbers(60) + ".aggregate($total.combine($total), 1).count()", "!more than"},
        Case{numbers(60) + ".aggregate($total & $total, 'x').length()", "!a text of more than"},
        Case{numbers(60) + ".aggregate($total + $total, 'x').length()", "!a text of more than"},
        Case{numbers(60) + ".aggregate($total.replace('', $total), 'x').length()", "!a text of more than"},
        Case{numbers(60) + ".aggregate($total.replaceMatches('.', '$0$0'), 'x').length()",
             "!a text of more than"},
        Case{numbers(60) + ".aggregate($total.encode('hex'), 'x').length()", "!a text of more than"},
        Case{numbers(300) + ".select(" + numbers(300) + ").select(" + numbers(300) + ").count()",
             "!more than"},
        Case{
            numbers(400) + ".select(%context.descendants().combine(" + numbers(400) + ")).distinct().count()",
            "!more than"}));

INSTANTIATE_TEST_SUITE_P(
    Patterns, Hostile,
    ::testing::Values(Case{"'" + repeated("a", 5'000) + "'.matches('^(a+)+$b')", "false"},
                      Case{"'" + repeated("a", 5'000) + "'.matches('(a|aa)*(a|aa)*c')", "false"},
                      Case{"'x'.matches('((a{100}){100}){100}')", "!malformed regular expression"},
                      Case{"'x'.matches('" + repeated("(", 3'000) + "')", "!malformed regular expression"},
                      Case{numbers(200) + ".select(" + numbers(200) +
                               ").where($this.toString().matches('(a|b|c){300}' & $this.toString())).count()",
                           "!more than"}));

INSTANTIATE_TEST_SUITE_P(
    Values, Hostile,
    ::testing::Values(Case{"10.power(1000000)", ""}, Case{"2.power(64)", "18446744073709551616"},
                      Case{repeated("9", 60), "!too many digits"},
                      Case{"@9999-12-31 + 999999999999 years", ""},
                      Case{"@0001-01-01 - 999999999999 milliseconds * 9", ""},
                      Case{"1 '" + repeated("(", 1'000) + "' = 1 'm'", ""},
                      Case{"1 '" + repeated("m.", 4'000) + "m' = 1 'm'", ""}, Case{"1 'm99' = 1 'cm99'", ""},
                      Case{"1 '" + repeated("9", 5'000) + "' = 1 '1'", ""},
                      Case{"1.round(1000000)", "!round() takes"}, Case{"1.0.lowBoundary(1000000)", ""},
                      Case{"'x'.substring(9223372036854775807, 9223372036854775807)", ""},
                      Case{"9223372036854775808", "!too many digits"},
                      Case{"(-9223372036854775807 - 1).abs()", "9223372036854775808"}));

TEST(Hostile, ReferencesInCirclesEnd) {
  const auto document = json::parse(
      R"({"resourceType": "Patient", "id": "p", "link": [{"other": {"reference": "Patient/p"}}]})");
  Evaluation evaluation;
  evaluation.resolver = [&](std::string_view) { return document->root(); };
  const auto once = Expression::compile("Patient.repeat(link.other.resolve()).count()")
                        ->evaluate(evaluation, {resource_item(document->root())});
  EXPECT_EQ(to_text((*once)[0]), "1");
  const auto ever = Expression::compile("Patient.repeatAll(link.other.resolve()).count()")
                        ->evaluate(evaluation, {resource_item(document->root())});
  EXPECT_FALSE(ever);
}

TEST(Hostile, DeepDataIsWalkedWithoutDepth) {
  std::string item = R"({"linkId": "x"})";
  for (int i = 0; i < 25; ++i) item = R"({"linkId": "x", "item": [)" + item + R"(, {"linkId": "y"}]})";
  const auto document =
      json::parse(R"({"resourceType": "Questionnaire", "status": "draft", "item": [)" + item + "]}");
  ASSERT_TRUE(document) << document.error().summary();
  Evaluation evaluation;
  const auto found = Expression::compile("Questionnaire.repeatAll(item).count()")
                         ->evaluate(evaluation, {resource_item(document->root())});
  EXPECT_EQ(to_text((*found)[0]), "51");
}

}  // namespace
}  // namespace handoff::fhirpath
