// Our profiles serve clients of US Core 6.1 and 7.0. Every element that is must-support in US Core is
// must-support in ours, and our examples keep US Core. Skipped if those packages are not available.
#include <set>

#include "ours.h"

namespace handoff::validation {
namespace {

struct Covered {
  const char* profile;  // ours
  const char* us_core;  // "us-core-patient"
};
constexpr Covered covered[] = {
    {"handoff-patient", "us-core-patient"},
    {"handoff-support-plan", "us-core-careplan"},
    {"handoff-crisis-plan", "us-core-careplan"},
    {"handoff-aftercare-plan", "us-core-careplan"},
    {"handoff-contact", "us-core-encounter"},
    {"handoff-referral", "us-core-servicerequest"},
    {"handoff-intervention", "us-core-servicerequest"},
    {"handoff-organization", "us-core-organization"},
    {"handoff-care-team", "us-core-careteam"},
};

std::string us_core(const std::string& name) {
  return "http://hl7.org/fhir/us/core/StructureDefinition/" + name;
}

class UsCore : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto file = shared("packages/hl7.fhir.us.core-") += std::string(GetParam()) + ".tgz";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no package " << file;
    auto package = packages::Package::read(read_file(file));
    ASSERT_TRUE(package) << package.error().summary();
    packages::Library library;
    library.add(*package);
    equipment_ = std::make_unique<Equipment>(std::move(library));
  }

  std::unique_ptr<Equipment> equipment_;
};

// Paths of the must-support elements. A slice counts as the element that it slices.
void gather(json::Value elements, std::set<std::string>& paths) {
  for (const json::Value element : elements.items())
    if (element["mustSupport"].truth()) paths.emplace(element["path"].text());
}

std::set<std::string> supported_by_ours(const std::string& profile) {
  const auto all = read_folder(compiled);
  std::set<std::string> paths;
  for (std::string name = profile; all.contains("StructureDefinition-" + name + ".json");) {
    const json::Value definition = all.at("StructureDefinition-" + name + ".json").root();
    gather(definition["differential"]["element"], paths);
    const auto base = definition["baseDefinition"].text();
    name = base.substr(base.rfind('/') + 1);
  }
  return paths;
}

TEST_P(UsCore, MustSupportIsMustSupportHere) {
  for (const Covered& each : covered) {
    const json::Value theirs = equipment_->library.find("StructureDefinition", us_core(each.us_core));
    ASSERT_TRUE(theirs) << each.us_core;
    std::set<std::string> wanted;
    gather(theirs["snapshot"]["element"], wanted);
    EXPECT_GT(wanted.size(), 4u) << each.us_core;
    const auto found = supported_by_ours(each.profile);
    for (const std::string& path : wanted)
      EXPECT_TRUE(found.contains(path)) << each.profile << " does not support " << path;
  }
}

TEST_P(UsCore, IsKeptByOurExamples) {
  std::size_t count = 0;
  for (const auto& [name, document] : read_folder(compiled / "examples")) {
    const auto profile = document.root()["meta"]["profile"].at(0).text();
    for (const Covered& each : covered) {
      if (profile != ours(each.profile)) continue;
      ++count;
      const auto issues = equipment_->validator.validate(document.root(), std::vector{us_core(each.us_core)});
      EXPECT_EQ(describe(errors_of(issues)), "") << name;
    }
  }
  EXPECT_GE(count, std::size(covered));
}

INSTANTIATE_TEST_SUITE_P(Versions, UsCore, testing::Values("6.1.0", "7.0.0"),
                         [](const auto& version) { return "v" + std::string(version.param, 1); });

}  // namespace
}  // namespace handoff::validation
