#include "serve/required_profiles.h"

#include <gtest/gtest.h>

namespace handoff::gateway {
namespace {

constexpr const char* body_weight = "http://hl7.org/fhir/StructureDefinition/bodyweight";

std::string wrong(const std::string& type, const std::string& canonical) {
  static const auto knowledge = Knowledge::load({}).value();
  const auto checked = check_profiles({{{"lab-1", {{type, {canonical}}}}}}, *knowledge);
  return checked ? "" : checked.error().summary();
}

TEST(RequiredProfiles, AreKnownAndOfTheirType) {
  EXPECT_EQ(wrong("Observation", body_weight), "");
  EXPECT_EQ(wrong("Patient", "http://hl7.org/fhir/StructureDefinition/DomainResource"), "")
      << "what all of them are";
  EXPECT_EQ(wrong("Patient", body_weight), "lab-1.Patient: " + std::string(body_weight) +
                                               " is a profile for Observation, not for this type");
  EXPECT_EQ(wrong("Patiant", body_weight), "lab-1.Patiant: Patiant is no resource type of R4");
  EXPECT_EQ(wrong("Patient", "http://x.org/p"),
            "lab-1.Patient: the profile http://x.org/p is not known; no packages are loaded");
}

TEST(RequiredProfiles, EveryWrongOneIsTold) {
  const auto knowledge = Knowledge::load({}).value();
  const auto checked = check_profiles(
      {{{"*", {{"Patient", {"http://a", "http://b"}}}}, {"lab-1", {{"X", {"http://c"}}}}}}, *knowledge);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().issues.size(), 3u);
}

}  // namespace
}  // namespace handoff::gateway
