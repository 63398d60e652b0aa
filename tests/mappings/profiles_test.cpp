// What the shipped mappings make of the sample records keeps our profiles (fhir-profiles). If their generator
// is available, the sample records of whole networks are tested, too.
#include "network.h"
#include "terminology/terminology.h"
#include "validation/validator.h"

namespace handoff::mapping {
namespace {

// The profile of a resource as our mappings make it; empty for types that have no profile of ours.
std::string profile_of(json::Value resource) {
  static const std::map<std::string_view, std::string_view> all = {
      {"Patient", "handoff-patient"},
      {"CarePlan", "handoff-support-plan"},
      {"Consent", "handoff-release"},
      {"Task", "handoff-referral-task"},
      {"CareTeam", "handoff-care-team"},
      {"EpisodeOfCare", "handoff-enrollment"},
      {"ServiceRequest", "handoff-referral"},
      {"Organization", "handoff-organization"},
      {"Composition", "handoff-aftercare-composition"}};
  const auto found = all.find(resource["resourceType"].text());
  if (found == all.end()) return {};
  const bool is_intervention = found->first == "ServiceRequest" && resource["intent"].text() == "plan";
  return "https://handoff.example.org/fhir/StructureDefinition/" +
         std::string(is_intervention ? "handoff-intervention" : found->second);
}

void expect_profiles_kept(const std::filesystem::path& records) {
  const validation::Profiles profiles(fhir::Definitions::r4());
  const terminology::Terminology terminology;
  const validation::Validator validator(profiles, terminology);
  std::map<std::string, std::size_t> faults, kept;
  Network network;
  network.seen = [&](const Entry& entry) {
    const std::string profile = profile_of(entry.resource);
    ++kept[profile];
    for (const Issue& issue : validator.validate(
             entry.resource, profile.empty() ? std::vector<std::string>{} : std::vector{profile}))
      if (issue.severity == Severity::error || issue.severity == Severity::fatal ||
          issue.code == "code-invalid")
        ++faults[entry.type + " " + issue.expression + " " + issue.constraint + ": " + issue.diagnostics];
  };
  network.run(records);
  for (const auto& [fault, count] : faults) ADD_FAILURE() << fault << " (" << count << " times)";
  EXPECT_EQ(kept.size(), 11u) << "ten profiles, and what has none";
}

TEST(Sample, KeepsOurProfiles) {
  expect_profiles_kept(std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/sample");
}

TEST(Generated, KeepOurProfiles) {
  const auto records = sample_records(11);
  if (records.empty()) GTEST_SKIP() << "no generator of sample records (HANDOFF_SHARED)";
  expect_profiles_kept(records);
}

}  // namespace
}  // namespace handoff::mapping
