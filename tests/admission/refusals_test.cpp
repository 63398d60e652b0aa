// Refusals of a write beyond its form: R4's invariants, the profiles that it claims, and the profiles that
// configuration names.
#include "../sample_gateway.h"

namespace handoff::admission {
namespace {

class RefusalsTest : public sample::GatewayTest {
 protected:
  void require(RequiredProfiles required) {
    admission_.emplace(*store_, sample::shared_indexer(), sample::shipped_routes(), clock_,
                       sample::program_validator(), std::move(required));
  }
  // "code expression constraint" of each issue, or "" if it was written.
  static std::string refused(const Result<Receipt>& receipt) {
    if (receipt) return {};
    EXPECT_EQ(receipt.error().kind, Kind::unprocessable);
    std::string text;
    for (const Issue& issue : receipt.error().issues) {
      EXPECT_LE(issue.severity, Severity::error) << "advice refuses nothing, and is no reason";
      text += (text.empty() ? "" : "; ") + issue.code + " " + issue.expression;
      if (!issue.constraint.empty()) text += " " + issue.constraint;
    }
    return text;
  }
  Result<Receipt> admit_as(const std::string& client, const std::string& resource) {
    const auto parsed = json::parse(resource);
    Submission submission{.discloser = "ORG-ADV", .actor = "test", .client = client};
    submission.entries.push_back({.type = std::string(parsed->root()["resourceType"].text()),
                                  .id = std::string(parsed->root()["id"].text()),
                                  .resource = parsed->root()});
    return admission_->admit(submission);
  }
};

TEST_F(RefusalsTest, InvariantsAreKeptAndAdviceIsNot) {
  struct Case {
    std::string resource, expected;
  };
  const Case cases[] = {
      {R"({"resourceType":"Patient","id":"p1","active":true})", ""},  // dom-6, a narrative, is good practice
      {R"({"resourceType":"Patient","id":"p2","contact":[{"gender":"male"}]})",
       "invariant Patient.contact[0] pat-1"},
      {R"({"resourceType":"Patient","id":"p2","contact":[{"gender":"male"}],"telecom":[{"value":"1"}]})",
       "invariant Patient.contact[0] pat-1; invariant Patient.telecom[0] cpt-2"},
      {R"({"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"period":{"start":"2024","end":"2023"}})",
       "invariant Encounter.period per-1"},
      {R"({"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"#p"}})",
       "invariant Observation.subject ref-1"},
  };
  for (const Case& each : cases) EXPECT_EQ(refused(admit({each.resource})), each.expected) << each.resource;
}

TEST_F(RefusalsTest, AVitalSignKeepsItsProfileClaimedOrNot) {
  const std::string weight =
      R"({"resourceType":"Observation","id":"o2","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]}})";
  EXPECT_NE(refused(admit({weight})).find("required Observation"), std::string::npos);
}

TEST_F(RefusalsTest, AClaimCountsWhereItIsKnown) {
  require({});
  const auto claiming = [](const std::string& profile, const std::string& members) {
    return R"({"resourceType":"Patient","id":"p1","meta":{"profile":[")" + profile + "\"]}" + members + "}";
  };
  EXPECT_EQ(refused(admit({claiming(sample::program_patient, "")})), "required Patient");
  EXPECT_EQ(refused(admit({claiming(sample::program_patient, R"(,"birthDate":"1990-02-03")")})), "");
  EXPECT_EQ(refused(admit({claiming("https://nobody.example.org/p", "")})), "")
      << "what is not known refuses nothing";
}

TEST_F(RefusalsTest, UnknownTerminologyAndExtensionsPass) {
  EXPECT_EQ(refused(admit({R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},
    "code":{"coding":[{"system":"http://example.org/codes","code":"x"}]},"extension":[{"url":"http://example.org/x","valueString":"y"}]})"})),
            "");
  EXPECT_EQ(refused(admit({R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},
    "modifierExtension":[{"url":"http://example.org/x","valueString":"y"}]})"})),
            "extension Condition.modifierExtension[0]")
      << "but what may change the meaning of all";
  EXPECT_EQ(
      refused(admit(
          {R"({"resourceType":"Patient","id":"p9","modifierExtension":[{"url":"http://example.org/x","valueString":"y"}]})"})),
      "")
      << "and then of a Patient, which no decision depends on";
}

TEST_F(RefusalsTest, ConfigurationNamesProfilesForTypesAndClients) {
  const std::string bare = R"({"resourceType":"Patient","id":"p1","active":true})",
                    organization = R"({"resourceType":"Organization","id":"o1","name":"A"})";
  require({{{"lab", {{"Patient", {sample::program_patient}}}}}});
  EXPECT_EQ(refused(admit_as("lab", bare)), "required Patient");
  EXPECT_EQ(refused(admit_as("lab", organization)), "") << "another type";
  EXPECT_EQ(refused(admit_as("other", bare)), "") << "another client";
  EXPECT_EQ(refused(admit_as("", bare)), "") << "a feed";
  require({{{"*", {{"Patient", {sample::program_patient}}}}}});
  for (const char* client : {"lab", "other", ""})
    EXPECT_EQ(refused(admit_as(client, bare)), "required Patient") << client;
  EXPECT_EQ(refused(admit({organization, bare})), "required Bundle.entry[1].resource")
      << "with the entry's place";
}

TEST_F(RefusalsTest, WhatIsMergedIsValidatedAsItWillBeStored) {
  require({{{"*", {{"Patient", {sample::program_patient}}}}}});
  EXPECT_EQ(refused(contribute(R"("gender":"female")", "ORG-HOC")), "required Patient");
  ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera"}],"birthDate":"1990-02-03")", "ORG-ADV"));
  EXPECT_EQ(refused(contribute(R"("gender":"female")", "ORG-HOC")), "")
      << "the birth date is known from another";
  EXPECT_EQ(refused(contribute(R"("contact":[{"gender":"male"}])", "ORG-HOC")),
            "invariant Patient.contact[0] pat-1");
}

}  // namespace
}  // namespace handoff::admission
