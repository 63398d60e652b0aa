// The examples keep our profiles, without a package and without a warning. Each profile has an example. A
// validator knows everything that our profiles define.
#include <set>

#include "ours.h"

namespace handoff::validation {
namespace {

bool is_profile(json::Value definition) {
  return definition["resourceType"].text() == "StructureDefinition" &&
         definition["type"].text() != "Extension";
}

// Issues that none of our definitions can answer.
bool is_foreign(const Issue& issue) {
  return issue.constraint == "dom-6" || issue.severity == Severity::information ||
         issue.diagnostics.find("not known") != std::string::npos;
}

TEST(Examples, KeepTheProfilesThatTheyClaim) {
  const Equipment equipment;
  const auto examples = read_folder(compiled / "examples");
  EXPECT_GE(examples.size(), 15u);
  for (const auto& [name, document] : examples) {
    EXPECT_EQ(document.root()["meta"]["profile"].size(), 1u) << name;
    auto issues = equipment.validator.validate(document.root(), {});
    std::erase_if(issues, is_foreign);
    EXPECT_EQ(describe(issues), "") << name;
  }
}

TEST(Examples, ShowEveryProfile) {
  std::set<std::string> shown;
  for (const auto& [name, document] : read_folder(compiled / "examples"))
    shown.emplace(document.root()["meta"]["profile"].at(0).text());
  for (const auto& [name, document] : read_folder(compiled))
    EXPECT_EQ(shown.contains(std::string(document.root()["url"].text())),
              is_profile(document.root()) && !document.root()["abstract"].truth())
        << name;
}

TEST(Definitions, AreKnownWithoutAPackageAndValid) {
  const Equipment equipment;
  std::string failure;
  for (const auto& [name, document] : read_folder(compiled)) {
    const json::Value root = document.root();
    const std::string url(root["url"].text());
    EXPECT_EQ(url, "https://handoff.example.org/fhir/" + std::string(root["resourceType"].text()) + "/" +
                       std::string(root["id"].text()));
    const auto type = root["resourceType"].text();
    EXPECT_EQ(equipment.profiles.find(url, &failure) != nullptr, type == "StructureDefinition")
        << name << failure;
    EXPECT_EQ(equipment.value_sets.find_code_system(url) != nullptr, type == "CodeSystem") << name;
    EXPECT_EQ(equipment.value_sets.find_value_set(url) != nullptr, type == "ValueSet") << name;
    EXPECT_EQ(describe(errors_of(equipment.validator.validate(root, {}))), "") << name;
  }
  EXPECT_FALSE(equipment.profiles.find(ours("handoff-patient") + "|0.0.1"))
      << "another version is another profile";
  EXPECT_TRUE(equipment.profiles.find(ours("handoff-patient") + "|1.0.0"));
}

TEST(Definitions, AreListedByTheTypeThatMayClaimThem) {
  const fhir::Archive& archive = fhir::Archive::built_in();
  const auto of = [&](std::string_view type) {
    const auto found = archive.profiles_of(type);
    return std::vector<std::string>(found.begin(), found.end());
  };
  EXPECT_EQ(of("CarePlan"), (std::vector{ours("handoff-aftercare-plan"), ours("handoff-crisis-plan"),
                                         ours("handoff-support-plan")}))
      << "nothing is only a care plan";
  EXPECT_EQ(of("Patient"), std::vector{ours("handoff-patient")});
  EXPECT_TRUE(of("Extension").empty());
}

}  // namespace
}  // namespace handoff::validation
