// Published examples are valid: those of R4, and those of US Core against its own packages. Its differentials
// give the same result as its snapshots.
#include <map>

#include "packages/archive.h"
#include "published.h"

namespace handoff::validation {
namespace {

using Exceptions = std::map<std::string, const char*>;  // by type and id, with the reason

// Counts the examples. Each must be valid, except for the exceptions, which must be invalid.
class Tally {
 public:
  Tally(const Validator& validator, const Exceptions& exceptions)
      : validator_(validator), exceptions_(exceptions) {}

  void add(json::Value resource) {
    const std::string id =
        std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
    const auto issues = validator_.validate(resource);
    const bool is_valid = !has_errors(issues);
    ++count_;
    valid_ += is_valid;
    EXPECT_EQ(is_valid, !exceptions_.contains(id)) << id << "\n" << describe(issues);
    for (const Issue& issue : issues)
      EXPECT_FALSE(is_valid && issue.code == "not-supported") << id << "\n" << describe({issue});
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

// A published package with its examples; empty if it is not available.
struct Published {
  explicit Published(const char* name) {
    const std::string bytes = read_file(shared("packages") / name);
    if (bytes.empty()) return;
    package = packages::Package::read(bytes).value();
    const auto files = packages::read_archive(bytes, [](std::string_view file) {
      return file.starts_with("package/example/") && file.ends_with(".json");
    });
    for (const packages::ArchiveFile& file : files.value()) {
      auto document = json::parse(file.content).value();
      if (document.root()["resourceType"]) examples.push_back(std::move(document));
    }
  }
  std::shared_ptr<const packages::Package> package;
  std::vector<json::Document> examples;
};

void check_us_core(const char* name, const Exceptions& exceptions) {
  const Published published(name);
  if (!published.package) GTEST_SKIP() << "no published package " << name;
  packages::Library library;
  library.add(published.package);
  const Equipment equipment(std::move(library));
  Tally tally(equipment.validator, exceptions);
  for (const json::Document& example : published.examples) tally.add(example.root());
  tally.expect(150, 97);
}

json::Document without(json::Value object, std::string_view key) {
  json::Arena arena;
  std::vector<json::Member> members;
  for (const json::Member& member : object.members())
    if (member.key != key) members.push_back({member.key, json::copy(arena, member.value)});
  const json::Value made = arena.object_of(members);
  return json::Document(std::move(arena), made);
}

std::string errors_of(const Validator& validator, json::Value resource) {
  auto issues = validator.validate(resource);
  std::erase_if(issues, [](const Issue& issue) { return issue.severity > Severity::error; });
  return describe(issues);
}

void compare_differentials(const char* name) {
  const Published published(name);
  if (!published.package) GTEST_SKIP() << "no published package " << name;
  packages::Library whole, stripped;
  whole.add(published.package);
  for (const packages::Definition& definition : published.package->definitions())
    stripped.add(packages::Package::of(without(definition.root(), "snapshot")));
  const Equipment by_snapshot(std::move(whole)), by_differential(std::move(stripped));
  std::size_t compared = 0, refused = 0;
  for (const json::Document& example : published.examples) {
    // Its profile needs a package that is not here.
    if (example.root()["resourceType"].text() == "QuestionnaireResponse") continue;
    for (const json::Member& left_out : example.root().members()) {
      if (left_out.key == "resourceType") continue;
      const json::Document changed = without(example.root(), left_out.key);
      const std::string found = errors_of(by_snapshot.validator, changed.root());
      EXPECT_EQ(errors_of(by_differential.validator, changed.root()), found)
          << example.root()["resourceType"].text() << "/" << example.root()["id"].text() << " without "
          << left_out.key;
      ++compared;
      refused += !found.empty();
    }
  }
  EXPECT_GE(compared, 1000u);
  EXPECT_GE(refused, 300u);
}

constexpr const char* wrong_url = "a fullUrl ends with another id than that of the resource";

TEST(Examples, OfUsCore6AreValid) {
  check_us_core("hl7.fhir.us.core-6.1.0.tgz", {{"Bundle/docref-example-2", wrong_url},
                                               {"Bundle/66c8856b-ba11-4876-8aa8-467aad8c11a2", wrong_url}});
}

TEST(Examples, OfUsCore7AreValid) { check_us_core("hl7.fhir.us.core-7.0.0.tgz", {}); }

TEST(Examples, AreJudgedAlikeBySnapshotAndDifferential) {
  compare_differentials("hl7.fhir.us.core-6.1.0.tgz");
  compare_differentials("hl7.fhir.us.core-7.0.0.tgz");
}

}  // namespace
}  // namespace handoff::validation
