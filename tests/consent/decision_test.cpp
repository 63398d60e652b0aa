#include "consent/decision.h"

#include <gtest/gtest.h>

#include "consent/codes.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

// A complete release of ORG-ADV to ORG-PCP1, changed by each case through a textual replacement.
const std::string complete = R"({"resourceType":"Consent","id":"c1","meta":{"versionId":"2"},
 "identifier":[{"system":"https://handoff.example.org/id/consent","value":"CN-000001"}],"status":"active",
 "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
 "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2CD"}]}],
 "patient":{"reference":"Patient/p1"},"dateTime":"2024-01-10","performer":[{"reference":"Patient/p1"}],
 "organization":[{"reference":"Organization/ORG-ADV"}],"sourceReference":{"reference":"DocumentReference/f1"},
 "extension":[{"url":"https://handoff.example.org/fhir/StructureDefinition/part2-statement","valueCode":"revocation"},
  {"url":"https://handoff.example.org/fhir/StructureDefinition/part2-statement","valueCode":"tpo-warning"}],
 "provision":{"type":"permit","period":{"start":"2024-01-10","end":"2024-06-30"},
  "actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Organization/ORG-PCP1"}}],
  "securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"},{"system":"s","code":"JI"},
   {"system":"s","code":"PSY"},{"system":"s","code":"MH"},{"system":"s","code":"SUD"}],
  "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]}})";

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

Decision decide(const std::vector<std::string>& consents, const std::string& day, bool hiv = false, std::string recipient = "ORG-PCP1") {
  std::vector<Directive> directives;
  std::vector<json::Document> kept;
  for (const auto& text : consents) {
    kept.push_back(std::move(json::parse(text).value()));
    directives.push_back(read_directive(kept.back().root()));
  }
  return decide_document({"Organization/" + recipient, "Organization/ORG-ADV", "TREAT", span_of(day)->first, hiv}, directives);
}

TEST(Decision, CompleteConsentPermitsWithinItsPeriodBothEndsIncluded) {
  for (const char* day : {"2024-01-10", "2024-03-01", "2024-06-30T23:59:59-04:00"}) {
    const Decision decision = decide({complete}, day);
    EXPECT_TRUE(decision.permit) << day << decision.reason;
    EXPECT_EQ(decision.consent, "CN-000001");
    EXPECT_EQ(decision.basis, std::vector<std::string>{"Consent/c1/_history/2"});
  }
}

struct Refusal {
  const char* from;
  const char* to;
  const char* reason;
};

TEST(Decision, EveryShortcomingIsNamed) {
  const Refusal cases[] = {
      {"\"active\"", "\"inactive\"", "consent revoked"},
      {"\"2024-06-30\"", "\"2024-02-28\"", "consent expired on 2024-02-28"},
      {"\"start\":\"2024-01-10\"", "\"start\":\"2024-05-01\"", "not yet in force"},
      {"\"type\":\"permit\"", "\"type\":\"deny\"", "declined by the member"},
      {"\"code\":\"TREAT\"", "\"code\":\"HPAYMT\"", "purpose TREAT"},
      {"{\"system\":\"s\",\"code\":\"PSY\"},", "", "mental health"},
      {",{\"system\":\"s\",\"code\":\"SUD\"}", "", "substance use"},
      {"42CFRPart2CD", "INFA", "substance use"},
      {"\"performer\":[{\"reference\":\"Patient/p1\"}]", "\"performer\":[{\"reference\":\"RelatedPerson/g\"}]", "representative"},
      {"\"sourceReference\":{\"reference\":\"DocumentReference/f1\"},", "", "quarantined: source-missing"},
      {"revocation", "other", "statement-missing"},
      {"\"code\":\"R\"", "\"code\":\"N\"", "general information"},
      {"\"organization\":[{\"reference\":\"Organization/ORG-ADV\"}]", "\"organization\":[{\"reference\":\"Organization/ORG-X\"}]",
       "no consent on file"},
      {"{\"system\":\"s\",\"code\":\"JI\"},", "", "general information"},
      {"{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"},", "", "general information"},
      {"Organization/ORG-PCP1", "Organization/ORG-PCP2", "no consent on file"},
      {"\"dateTime\":\"2024-01-10\"", "\"dateTime\":\"2024-04-01\"", "no consent on file"},
      {"\"status\":\"active\"", "\"status\":\"draft\"", "no consent on file"},
  };
  for (const auto& [from, to, reason] : cases) {
    const Decision decision = decide({changed(complete, from, to)}, "2024-03-01");
    EXPECT_FALSE(decision.permit) << from;
    EXPECT_NE(decision.reason.find(reason), std::string::npos) << from << ": " << decision.reason;
  }
  EXPECT_EQ(decide({}, "2024-03-01").reason, "no consent on file for this recipient");
}

TEST(Decision, HivNeedsTheRuleAndTheSeparateRelease) {
  const std::string with_hiv =
      changed(complete, "{\"system\":\"s\",\"code\":\"SUD\"}", "{\"system\":\"s\",\"code\":\"SUD\"},{\"system\":\"s\",\"code\":\"HIV\"}");
  const std::string release =
      changed(changed(changed(with_hiv, "CN-000001", "CN-000001-HIV"), "42CFRPart2CD", "ma-hiv-release"), "\"c1\"", "\"c2\"");
  EXPECT_FALSE(decide({complete}, "2024-03-01", true).permit);
  EXPECT_FALSE(decide({with_hiv}, "2024-03-01", true).permit);
  EXPECT_FALSE(decide({release}, "2024-03-01", true).permit) << "a gate opens nothing by itself";
  EXPECT_FALSE(decide({release}, "2024-03-01", false).permit);
  EXPECT_TRUE(decide({with_hiv, release}, "2024-03-01", true).permit);
  EXPECT_TRUE(decide({release, with_hiv}, "2024-03-01", true).permit) << "order does not matter";
}

TEST(Decision, DenialBeatsPermissionAndANewerVersionReplaces) {
  const std::string other = changed(changed(complete, "CN-000001", "CN-000002"), "\"c1\"", "\"c2\"");
  EXPECT_FALSE(decide({complete, changed(other, "\"type\":\"permit\"", "\"type\":\"deny\"")}, "2024-03-01").permit);
  const std::string revoked = changed(changed(complete, "\"active\"", "\"inactive\""), "\"versionId\":\"2\"", "\"versionId\":\"3\"");
  EXPECT_FALSE(decide({complete, revoked}, "2024-03-01").permit);
  EXPECT_TRUE(decide({other, revoked}, "2024-03-01").permit) << "another consent still speaks";
}

TEST(Codes, TreesAndTheirCuts) {
  EXPECT_TRUE(purpose_covers("TREAT", "COC"));
  EXPECT_TRUE(purpose_covers("ETREAT", "ETREAT"));
  EXPECT_FALSE(purpose_covers("TREAT", "BTG"));
  EXPECT_FALSE(purpose_covers("HOPERAT", "HLEGAL"));
  EXPECT_FALSE(purpose_covers("COC", "TREAT"));
  EXPECT_FALSE(purpose_covers("TREAT", "COORDINATION"));
  EXPECT_TRUE(sensitivity_covers("SPI", "OPIOIDUD"));
  EXPECT_TRUE(sensitivity_covers("SUD", "ETH"));
  EXPECT_FALSE(sensitivity_covers("MH", "PSY"));
}

}  // namespace
}  // namespace handoff::consent
