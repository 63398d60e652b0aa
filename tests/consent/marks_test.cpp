#include "consent/marks.h"

#include <gtest/gtest.h>

#include "json/document.h"
#include "validation/structure.h"

namespace handoff::consent {
namespace {

Directive release() {
  Directive d;
  d.identifier = "CN-1";
  d.signed_on = "2024-01-10";
  d.expires_on = "2024-06-30";
  d.organizations = {"Organization/ORG-ADV"};
  d.categories = {"42CFRPart2CD"};
  d.root.type = ProvisionType::permit;
  d.root.actors = {"Organization/ORG-PCP1"};
  d.root.purposes = {"COC", "TREAT"};
  d.root.confidentiality_most = 4;
  d.root.sensitivities = {"SUD", "JI", "MH", "PSY"};
  return d;
}

TEST(Marks, TheScopeOfAConsentInOneSentence) {
  struct Case {
    void (*change)(Directive&);
    const char* statement;
  };
  const Case cases[] = {
      {[](Directive&) {},
       "Consent CN-1 of 2024-01-10 lets Organization/ORG-ADV disclose to Organization/ORG-PCP1, for "
       "treatment and coordination of care: "
       "general, justice involvement, mental health, psychiatry and substance use information, until "
       "2024-06-30; the patient may revoke "
       "it at any time by written notice to the discloser."},
      {[](Directive& d) {
         d.root.purposes = {"XYZ", "HPAYMT", "HPAYMT", "ABC"};
         d.root.sensitivities = {"HIV"};
         d.root.confidentiality_most = 0;
         d.root.classes = {"Encounter"};
         d.expires_on.clear();
       },
       "Consent CN-1 of 2024-01-10 lets Organization/ORG-ADV disclose to Organization/ORG-PCP1, for payment, "
       "ABC and XYZ: HIV "
       "information, of these only attendance, without a date of expiry; the patient may revoke it at any "
       "time by written notice to the "
       "discloser."},
      {[](Directive& d) {
         d.identifier = d.signed_on = "";
         d.organizations.clear();
         d.root = {};
       },
       "Consent lets any holder disclose to anyone, for treatment, payment and health care operations: any "
       "kind of information, until "
       "2024-06-30; the patient may revoke it at any time by written notice to the discloser."},
      {[](Directive& d) {
         d.categories = {"cj-2.35"};
         d.root.purposes = {"JSUPV"};
         d.root.sensitivities.clear();
         d.root.confidentiality_most = 0;
       },
       "Consent CN-1 of 2024-01-10 lets Organization/ORG-ADV disclose to Organization/ORG-PCP1, for "
       "supervision monitoring: unrestricted "
       "information, until 2024-06-30; it ends with the event that it names and cannot be revoked before."},
  };
  for (const Case& c : cases) {
    Directive d = release();
    c.change(d);
    EXPECT_EQ(scope_statement(d), c.statement);
    std::reverse(d.root.sensitivities.begin(), d.root.sensitivities.end());
    std::reverse(d.root.purposes.begin(), d.root.purposes.end());
    EXPECT_EQ(scope_statement(d), c.statement) << "the order of codes does not matter";
  }
}

TEST(Marks, AreAddedOnceToWhatIsThere) {
  const auto stored = json::parse(
      R"({"resourceType":"Basic","code":{"text":"x"},"meta":{"versionId":"2","extension":[{"url":"urn:e","valueString":"own"}],
          "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"},
                      {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PERSISTLABEL","display":"own"}]}})");
  const auto expected = json::parse(
      R"({"resourceType":"Basic","code":{"text":"x"},"meta":{"versionId":"2","extension":[{"url":"urn:e","valueString":"own"},
           {"url":"https://handoff.example.org/fhir/StructureDefinition/redisclosure-notice",
            "valueString":"42 CFR part 2 prohibits unauthorized use or disclosure of these records."},
           {"url":"https://handoff.example.org/fhir/StructureDefinition/disclosure-scope","valueString":"What CN-1 covers."}],
          "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"},
                      {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PERSISTLABEL","display":"own"},
                      {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"NORDSCLCD"},
                      {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"RedisclosureProhibitionMark"}]}})");
  ASSERT_TRUE(stored && expected);
  json::Arena arena;
  const json::Value marked = with_marks(arena, stored->root(), "What CN-1 covers.");
  EXPECT_TRUE(json::equal(marked, expected->root())) << json::write(marked);
  EXPECT_TRUE(json::equal(with_marks(arena, marked, "What CN-1 covers."), marked)) << "once each";
  EXPECT_TRUE(validation::validate_structure(marked, fhir::Definitions::r4()).empty());
  const auto bare = json::parse(R"({"resourceType":"Basic","code":{"text":"x"}})");
  const json::Value plain = with_marks(arena, bare->root(), "");
  EXPECT_EQ(plain["meta"]["security"].size(), 3u);
  EXPECT_EQ(plain["meta"]["extension"].size(), 1u) << "no scope, no extension without a value";
  EXPECT_TRUE(validation::validate_structure(plain, fhir::Definitions::r4()).empty());
}

TEST(Marks, TheNotices) {
  EXPECT_TRUE(redisclosure_notice().starts_with(
      "This record which has been disclosed to you is protected by Federal"));
  EXPECT_TRUE(redisclosure_notice().ends_with("(see 42 CFR 2.31)."));
  EXPECT_EQ(short_redisclosure_notice(),
            "42 CFR part 2 prohibits unauthorized use or disclosure of these records.");
}

}  // namespace
}  // namespace handoff::consent
