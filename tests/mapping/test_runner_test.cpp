// The runner of the tests beside a mapping. It finds what is missing and what is too much.
#include "mapping/test_runner.h"

#include "scratch.h"

namespace handoff::mapping {
namespace {

class Runner : public testing::Test {
 protected:
  Runner() { scratch_.write("lookups/sex.csv", "code,gender\nM,male\nF,female\n"); }
  TestResult run(std::string_view test) {
    scratch_.write("tests/a.json", test);
    const auto report = run_tests(*scratch_.mapping());
    EXPECT_TRUE(report);
    warnings_ = report->warnings;
    return report->results.at(0);
  }
  Scratch scratch_{csv_map(
      R"("id": {"required": true}, "sex": {}, "on": {"type": "date"})",
      R"("patient": {"key": ["urn:x", "{{ id }}"], "resource": {"resourceType": "Patient", "gender": "{{ lookup('sex', sex) }}",
                              "deceasedDateTime": "{{ on }}", "managingOrganization": "{{ refTo('Organization', 'urn:o', 'o1') }}"}})",
      R"("taken": {"on": "on"}, "lookups": {"sex": {"file": "lookups/sex.csv", "unmapped": "error"}},)")};
  std::vector<std::string> warnings_;
};

TEST_F(Runner, PassesWhatIsAsExpected) {
  const TestResult result =
      run(R"({"name": "good", "input": [{"id": "1", "sex": "M"}, {"id": "1", "sex": "M"}, {"sex": "F"}],
    "expect": [{"resourceType": "Patient", "gender": "male", "identifier": [{"value": "1"}]}],
    "rejects": [{"record": 4, "field": "id", "reason": "missing"}], "duplicates": 1})");
  EXPECT_TRUE(result.passed) << result.messages.front();
  EXPECT_EQ(result.name, "good");
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_EQ(warnings_[0], "lookup sex: no test uses \"F\"");
}

TEST_F(Runner, SaysWhatIsMissingAndTooMuch) {
  const TestResult result =
      run(R"({"name": "bad", "input": [{"id": "1", "sex": "M"}, {"id": "2", "sex": "Q"}],
    "expect": [{"gender": "female"}], "rejects": [{"record": 9, "reason": "x"}], "duplicates": 3, "waits": [{"type": "Task", "value": "1"}]})");
  EXPECT_FALSE(result.passed);
  ASSERT_EQ(result.messages.size(), 5u);
  EXPECT_EQ(result.messages[0], R"(not produced: {"gender":"female"})");
  EXPECT_EQ(result.messages[1], R"(not rejected: {"record":9,"reason":"x"})");
  EXPECT_EQ(result.messages[2], "rejected: record 3 sex: code not in the code list");
  EXPECT_EQ(result.messages[3], R"(does not wait: {"type":"Task","value":"1"})");
  EXPECT_EQ(result.messages[4], "0 duplicates");
}

TEST_F(Runner, KnowsOnlyTheWorldOfTheTest) {
  EXPECT_TRUE(
      run(R"({"name": "waits", "input": [{"id": "1"}], "world": [], "waits": [{"type": "Organization", "value": "o1"}]})")
          .passed);
  EXPECT_FALSE(run(R"({"name": "waits", "input": [{"id": "1"}], "world": []})").passed);
  EXPECT_TRUE(run(R"({"name": "comes", "input": [{"id": "1"}],
    "world": [{"resourceType": "Organization", "id": "here", "identifier": [{"system": "urn:o", "value": "o1"}]}],
    "expect": [{"managingOrganization": {"reference": "Organization/here"}}]})")
                  .passed);
}

TEST_F(Runner, ReadsFilesAndStages) {
  scratch_.write("tests/in.csv", "id,sex,on\n1,F,2024-05-01\n");
  EXPECT_TRUE(
      run(R"({"name": "file", "input": "in.csv", "expect": [{"gender": "female", "deceasedDateTime": "2024-05-01"}]})")
          .passed);
  EXPECT_FALSE(
      run(R"({"name": "early", "input": "in.csv", "at": "2024-04-30", "expect": [{"deceasedDateTime": "2024-05-01"}]})")
          .passed);
  EXPECT_FALSE(run(R"({"name": "no file", "input": "none.csv", "expect": []})").passed);
  EXPECT_FALSE(run(R"({"name": "no column", "input": [{"shoe": "1"}]})").passed);
}

TEST_F(Runner, RefusesWhatIsNoTest) {
  scratch_.write("tests/a.json", R"({"name": "x"})");
  const auto report = run_tests(*scratch_.mapping());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().summary(), "tests/a.json:1:1: a test has a name and an input");
}

TEST_F(Runner, RefusesWhatItDoesNotKnow) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"("expects": [])", "unknown key \"expects\""},
      {R"("reject": [])", "unknown key \"reject\""},
      {R"("rejects": [{"recrod": 2}])", "unknown key \"recrod\""},
      {R"("waits": [{"typ": "Task"}])", "unknown key \"typ\""},
      {R"("expect": {"gender": "male"})", "\"expect\" is a list of objects"},
      {R"("expect": ["male"])", "\"expect\" is a list of objects"},
      {R"("rejects": {"record": 2})", "\"rejects\" is a list of objects"},
      {R"("waits": "none")", "\"waits\" is a list of objects"},
      {R"("world": {"resourceType": "Task"})", "\"world\" is a list of objects"},
      {R"("duplicates": "1")", "\"duplicates\" is a whole number"},
      {R"("empty": true)", "\"empty\" is a whole number"},
      {R"("at": "spring")", "\"at\" is a date or a date with a time"},
      {R"("now": 2024)", "\"now\" is a date or a date with a time"}};
  for (const auto& [key, error] : wrong) {
    scratch_.write("tests/a.json", "{\"name\": \"x\", \"input\": [],\n " + key + "}");
    const auto report = run_tests(*scratch_.mapping());
    ASSERT_FALSE(report) << key;
    EXPECT_EQ(report.error().kind, Kind::incorrect);
    EXPECT_TRUE(report.error().summary().starts_with("tests/a.json:2:")) << report.error().summary();
    EXPECT_NE(report.error().summary().find(error), std::string::npos) << report.error().summary();
  }
  scratch_.write("tests/a.json", R"({"name": "x", "input": {"id": "1"}})");
  EXPECT_NE(run_tests(*scratch_.mapping())
                .error()
                .summary()
                .find("\"input\" is a list of rows, or the name of a file beside the test"),
            std::string::npos);
}

TEST_F(Runner, WarnsOfAMappingWithoutTests) {
  const auto report = run_tests(*scratch_.mapping());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->warnings.front(), "there are no tests (tests/*.json)");
}

TEST_F(Runner, TellsAllThatIsWrong) {
  scratch_.write("tests/a.json", R"({"name": "x", "input": [], "expects": []})");
  scratch_.write("tests/b.json", R"({"name": "x", "input": [], "rejected": []})");
  const auto report = run_tests(*scratch_.mapping());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().issues.size(), 2u);
}

TEST_F(Runner, AsksWhatAWriteWouldBeAsked) {
  scratch_.write("tests/a.json",
                 R"({"name": "x", "input": [{"id": "1", "sex": "M"}], "expect": [{"gender": "male"}]})");
  const auto report = run_tests(*scratch_.mapping(), [](json::Value resource) {
    std::vector<Issue> issues;
    if (resource["resourceType"].text() == "Patient")
      issues.push_back({Severity::error, "value", "no good", "Patient.gender"});
    return issues;
  });
  ASSERT_TRUE(report);
  ASSERT_EQ(report->results.at(0).messages.size(), 2u);
  EXPECT_EQ(report->results.at(0).messages[1], "rejected: record 2 sex: no good");
}

TEST(RunnerOfNothing, CountsWhatGivesNothing) {
  const Scratch scratch(
      csv_map(R"("id": {}, "deleted": {})", R"~("p": {"when": "deleted.empty()", "key": ["urn:x", "{{ id }}"],
    "resource": {"resourceType": "Patient", "active": true}})~"));
  const auto passed = [&](const std::string& test) {
    scratch.write("tests/a.json",
                  R"({"name": "x", "input": [{"id": "1"}, {"id": "2", "deleted": "yes"}])" + test + "}");
    const auto report = run_tests(*scratch.mapping());
    return report && report->results.at(0).passed;
  };
  EXPECT_TRUE(passed(""));
  EXPECT_TRUE(passed(R"(, "empty": 1)"));
  EXPECT_FALSE(passed(R"(, "empty": 0)"));
  EXPECT_FALSE(passed(R"(, "empty": 2)"));
}

TEST(Parts, AreFoundAnywhereInTheWhole) {
  const auto whole = *json::parse(R"({"a": [{"b": 1, "c": 2}, {"b": 3}], "d": "x"})");
  const auto is_in = [&](std::string_view text) { return is_part(json::parse(text)->root(), whole.root()); };
  EXPECT_TRUE(is_in(R"({"a": [{"b": 3}, {"c": 2}]})"));
  EXPECT_FALSE(is_in(R"({"a": [{"b": 3, "c": 2}]})"));
  EXPECT_FALSE(is_in(R"({"e": "x"})"));
}

}  // namespace
}  // namespace handoff::mapping
