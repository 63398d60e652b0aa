// The tests that lie beside a mapping, tests/*.json: {"name", "input": rows, or the name of a file beside it, "expect":
// [parts of produced resources], "rejects": [{"record", "field", "reason" (contains)}]}, and where they matter "now",
// "at" (the day of the stage; without it all values stand), "duplicates", "empty", "waits": [{"type", "value"}], and "world":
// the resources that are there already. Without a world everything that is referred to exists.
#pragma once

#include "mapping/mapping.h"

namespace handoff::mapping {

struct TestResult {
  std::string name;
  bool passed = false;
  std::vector<std::string> messages;  // what was expected and did not come, or came unexpected
};

struct TestReport {
  std::vector<TestResult> results;    // in the order of the file names
  std::vector<std::string> warnings;  // lookup rows that no test exercises
  bool passed() const;
};

// `refusals`: what keeps a write of a resource from being taken (RunContext). Problem: incorrect, an issue for each thing in the
// files that is no test, "tests/a.json:1:20: unknown key …".
Result<TestReport> run_tests(const Mapping& mapping, std::function<std::vector<Issue>(json::Value resource)> refusals = {});

// Whether `part` is in `whole`: members by name, items of an array in any order and place.
bool is_part(json::Value part, json::Value whole);

}  // namespace handoff::mapping
