// The verdicts of published validator cases: an error if they have one, and none if they have none.
#include <map>

#include "published.h"

namespace handoff::validation {
namespace {

// The cases that we judge differently, and why.
const std::map<std::string, const char*> exceptions = {
    {"string-with-coding-async-qr",
     "needs the codes of ISO 3166, which are not built in: a warning says that they are unknown"},
    {"encounter-period",
     "a period from a day to an instant of that day: nobody can decide that it is reversed, and records have "
     "it"},
};

struct Case {
  std::string id;
  bool is_policy = false;
  bool agrees = false;
  std::string found;
};

Case run(json::Value line, const std::filesystem::path& folder) {
  Case result{.id = std::string(line["id"].text()), .is_policy = line["policy"].truth()};
  packages::Library library;
  for (const json::Value file : line["supporting"].items()) {
    auto definition = json::parse(read_file(folder / file.text()));
    if (definition) library.add(packages::Package::of(std::move(*definition)));
  }
  const Equipment equipment(std::move(library));
  std::vector<std::string> profiles;
  for (const json::Value profile : line["profiles"].items()) profiles.emplace_back(profile.text());
  const auto document = json::parse(read_file(folder / line["file"].text()));
  bool is_valid = false;
  if (document) {
    const auto issues = equipment.validator.validate(document->root(), profiles);
    is_valid = !has_errors(issues);
    result.found = describe(issues);
  } else {
    result.found = document.error().summary();
  }
  result.agrees = is_valid == line["valid"].truth();
  return result;
}

TEST(ValidatorCases, AgreeInTheirVerdicts) {
  const auto folder = shared("validator");
  std::ifstream file(folder / "visible.jsonl");
  if (!file) GTEST_SKIP() << "no published cases in " << folder;
  std::size_t count = 0, agreed = 0;
  std::string disagreed;
  for (std::string text; std::getline(file, text);) {
    const auto line = json::parse(text);
    ASSERT_TRUE(line);
    const Case one = run(line->root(), folder);
    if (one.is_policy) continue;
    ++count;
    agreed += one.agrees;
    if (one.agrees)
      EXPECT_FALSE(exceptions.contains(one.id)) << one.id << " agrees now: it is no exception any more";
    else if (!exceptions.contains(one.id)) disagreed += "== " + one.id + "\n" + one.found;
  }
  RecordProperty("agreed", int(agreed));
  EXPECT_EQ(disagreed, "");
  EXPECT_GE(agreed * 100, count * 97) << agreed << " of " << count;
}

}  // namespace
}  // namespace handoff::validation
