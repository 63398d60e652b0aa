// Published examples are valid: those of R4, and those of US Core against its own packages.
#include <map>

#include "packages/archive.h"
#include "published.h"

namespace handoff::validation {
namespace {

using Exceptions = std::map<std::string, const char*>;  // by type and id, with the reason

// Counts the examples; each must be valid but for the exceptions, and those must not.
class Tally {
 public:
  Tally(const Validator& validator, const Exceptions& exceptions) : validator_(validator), exceptions_(exceptions) {}

  void add(json::Value resource) {
    const std::string id = std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
    const auto issues = validator_.validate(resource);
    const bool is_valid = !has_errors(issues);
    ++count_;
    valid_ += is_valid;
    EXPECT_EQ(is_valid, !exceptions_.contains(id)) << id << "\n" << describe(issues);
    for (const Issue& issue : issues) EXPECT_FALSE(is_valid && issue.code == "not-supported") << id << "\n" << describe({issue});
  }
  void expect(std::size_t least, std::size_t percent) const {
    EXPECT_GE(count_, least);
    EXPECT_GE(valid_ * 100, count_ * percent) << valid_ << " of " << count_;
  }

 private:
  const Validator& validator_;
  const Exceptions& exceptions_;
  std::size_t count_ = 0, valid_ = 0;
};

TEST(Examples, OfR4AreValid) {
  const auto folder = shared("examples");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no published examples in " << folder;
  const Equipment equipment;
  const Exceptions none;
  Tally tally(equipment.validator, none);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".ndjson") continue;
    std::ifstream file(entry.path());
    for (std::string text; std::getline(file, text);) {
      const auto document = json::parse(text);
      ASSERT_TRUE(document) << entry.path();
      tally.add(document->root());
    }
  }
  tally.expect(100, 99);
}

void check_us_core(const char* name, const Exceptions& exceptions) {
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
  Tally tally(equipment.validator, exceptions);
  for (const packages::ArchiveFile& file : *files) {
    const auto document = json::parse(file.content);
    ASSERT_TRUE(document) << file.name;
    if (document->root()["resourceType"]) tally.add(document->root());
  }
  tally.expect(150, 97);
}

constexpr const char* wrong_url = "a fullUrl ends with another id than that of the resource";

TEST(Examples, OfUsCore6AreValid) {
  check_us_core("hl7.fhir.us.core-6.1.0.tgz",
                {{"Bundle/docref-example-2", wrong_url}, {"Bundle/66c8856b-ba11-4876-8aa8-467aad8c11a2", wrong_url}});
}

TEST(Examples, OfUsCore7AreValid) { check_us_core("hl7.fhir.us.core-7.0.0.tgz", {}); }

}  // namespace
}  // namespace handoff::validation
