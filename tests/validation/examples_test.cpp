// Published examples are valid: those of R4, and those of US Core against its own packages.
#include <map>

#include "packages/archive.h"
#include "published.h"

namespace handoff::validation {
namespace {

struct Tally {
  std::size_t count = 0, valid = 0;
  std::string refused;

  void add(const Validator& validator, json::Value resource) {
    const auto issues = validator.validate(resource);
    ++count;
    if (!has_errors(issues)) {
      ++valid;
      return;
    }
    refused.append("== ").append(resource["resourceType"].text()).append("/").append(resource["id"].text()).append("\n");
    for (const Issue& issue : issues)
      if (issue.severity <= Severity::error) refused += describe({issue});
  }
};

TEST(Examples, OfR4AreValid) {
  const auto folder = shared("examples");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no published examples in " << folder;
  const Equipment equipment;
  Tally tally;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".ndjson") continue;
    std::ifstream file(entry.path());
    for (std::string text; std::getline(file, text);) {
      const auto document = json::parse(text);
      ASSERT_TRUE(document) << entry.path();
      tally.add(equipment.validator, document->root());
    }
  }
  EXPECT_GT(tally.count, 100u);
  EXPECT_GE(tally.valid * 100, tally.count * 99) << tally.valid << " of " << tally.count << "\n" << tally.refused;
}

void check_us_core(const char* name) {
  const auto path = shared("packages") / name;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no published package " << path;
  const std::string bytes = read_file(path);
  auto package = packages::Package::read(bytes);
  ASSERT_TRUE(package) << package.error().summary();
  packages::Library library;
  library.add(*package);
  const Equipment equipment(std::move(library));
  const auto files =
      packages::read_archive(bytes, [](std::string_view file) { return file.starts_with("package/example/") && file.ends_with(".json"); });
  ASSERT_TRUE(files) << files.error().summary();
  Tally tally;
  for (const packages::ArchiveFile& file : *files) {
    const auto document = json::parse(file.content);
    ASSERT_TRUE(document) << file.name;
    if (document->root()["resourceType"]) tally.add(equipment.validator, document->root());
  }
  EXPECT_GT(tally.count, 150u);
  EXPECT_GE(tally.valid * 100, tally.count * 97) << tally.valid << " of " << tally.count << "\n" << tally.refused;
  if (tally.valid < tally.count) std::cout << tally.valid << " of " << tally.count << "\n" << tally.refused;
}

TEST(Examples, OfUsCore6AreValid) { check_us_core("hl7.fhir.us.core-6.1.0.tgz"); }
TEST(Examples, OfUsCore7AreValid) { check_us_core("hl7.fhir.us.core-7.0.0.tgz"); }

}  // namespace
}  // namespace handoff::validation
