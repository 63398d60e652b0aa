#include "consent/claims.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::consent {
namespace {

constexpr std::string_view us_core = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-";
constexpr std::string_view ours = "https://handoff.example.org/fhir/StructureDefinition/handoff-";

// The claims that are left on a resource with these members: "a b".
std::string left(const std::string& type, const std::vector<std::string>& claims,
                 const std::string& members) {
  std::string profiles;
  for (const std::string& claim : claims) profiles += (profiles.empty() ? "\"" : ",\"") + claim + "\"";
  const auto parsed = json::parse(R"({"resourceType":")" + type + R"(","meta":{"profile":[)" + profiles +
                                  "]}" + members + "}");
  EXPECT_TRUE(parsed) << members;
  json::Arena arena;
  std::string kept;
  const json::Value leaving = with_kept_claims(arena, parsed->root());
  for (const json::Value claim : leaving["meta"]["profile"].items())
    kept += (kept.empty() ? "" : " ") + std::string(claim.text());
  return kept;
}

TEST(Claims, GoWhereWhatIsLeftDoesNotKeepThem) {
  const std::string plan = std::string(us_core) + "careplan", own = std::string(ours) + "support-plan",
                    other = "http://p.example/x";
  EXPECT_EQ(left("CarePlan", {own, plan, other}, R"(,"careTeam":[{}],"supportingInfo":[{}])"),
            own + " " + plan + " " + other);
  EXPECT_EQ(left("CarePlan", {own, plan, other}, R"(,"careTeam":[{}])"), plan + " " + other);
  EXPECT_EQ(left("CarePlan", {own + "|0.1.0"}, ""), "") << "whatever its version";
  EXPECT_EQ(left("CarePlan", {"http://p.example/handoff-support-plan"}, ""),
            "http://p.example/handoff-support-plan")
      << "another's";
}

TEST(Claims, AskEachOfAList) {
  const std::string team = std::string(us_core) + "careteam";
  EXPECT_EQ(
      left("CareTeam", {team}, R"(,"participant":[{"member":{"display":"A"}},{"member":{"display":"B"}}])"),
      team);
  EXPECT_EQ(
      left("CareTeam", {team}, R"(,"participant":[{"member":{"display":"A"}},{"role":[{"text":"B"}]}])"), "");
  EXPECT_EQ(left("CareTeam", {team}, ""), "");
}

TEST(Claims, AskForEitherFormOfAChoice) {
  const std::string release = std::string(ours) + "release";
  const std::string rest = R"(,"performer":[{}],"provision":{"type":"permit"})";
  EXPECT_EQ(left("Consent", {release}, rest + R"(,"sourceReference":{})"), release);
  EXPECT_EQ(left("Consent", {release}, rest + R"(,"sourceAttachment":{})"), release);
  EXPECT_EQ(left("Consent", {release}, rest), "");
  EXPECT_EQ(left("Consent", {release}, R"(,"performer":[{}],"provision":{"code":[]},"sourceReference":{})"),
            "");
}

// A gender that is not shown and one that is not known look the same.
TEST(Claims, OfAPatientBringAGender) {
  json::Arena arena;
  const auto gender = [&](const char* resource) {
    const auto parsed = json::parse(resource);
    return std::string(with_kept_claims(arena, parsed->root())["gender"].text());
  };
  EXPECT_EQ(gender(R"({"resourceType":"Patient","meta":{"profile":["http://p.example/x"]}})"), "unknown");
  EXPECT_EQ(gender(R"({"resourceType":"Patient","meta":{"profile":["http://p.example/x"]},"gender":"male"})"),
            "male");
  EXPECT_EQ(gender(R"({"resourceType":"Patient"})"), "");
  EXPECT_EQ(gender(R"({"resourceType":"Goal","meta":{"profile":["http://p.example/x"]}})"), "");
}

TEST(Claims, LeaveNoEmptyMeta) {
  json::Arena arena;
  const auto parsed = json::parse(R"({"resourceType":"CareTeam","meta":{"profile":[")" +
                                  std::string(us_core) + R"(careteam"]},"name":"t"})");
  EXPECT_EQ(json::write(with_kept_claims(arena, parsed->root())),
            R"({"resourceType":"CareTeam","name":"t"})");
}

TEST(Claims, WithoutAnyNothingChanges) {
  json::Arena arena;
  const auto parsed = json::parse(R"({"resourceType":"Goal","meta":{"versionId":"1"}})");
  EXPECT_EQ(with_kept_claims(arena, parsed->root()).storage(), parsed->root().storage());
}

}  // namespace
}  // namespace handoff::consent
