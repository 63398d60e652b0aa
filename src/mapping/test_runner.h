// Runs the tests of a mapping, tests/*.json: {"name", "input": rows, or the name of a file beside it,
// "expect": [parts of produced resources], "rejects": [{"record", "field", "reason" (contains)}]}. Optional
// keys: "now", "at" (the day of the stage; without it all values count), "duplicates", "empty", "waits":
// [{"type", "value"}], and "world" (the existing resources). Without a world every referenced resource
// exists.
#pragma once

#include "mapping/mapping.h"

namespace handoff::mapping {

struct TestResult {
  std::string name;
  bool passed = false;
  std::vector<std::string> messages;  // expected results that are missing, and unexpected results
};

struct TestReport {
  std::vector<TestResult> results;    // in the order of the file names
  std::vector<std::string> warnings;  // lookup rows that no test uses
  bool passed() const;
};

// `refusals`: what prevents the write of a resource (RunContext). Problem: incorrect, with an issue for each
// flaw in the files: "tests/a.json:1:20: unknown key …".
Result<TestReport> run_tests(const Mapping& mapping,
                             std::function<std::vector<Issue>(json::Value resource)> refusals = {});

// True if `whole` contains `part`: members by name, items of an array in any order and place.
bool is_part(json::Value part, json::Value whole);

}  // namespace handoff::mapping
