#include "consent/directive.h"

#include <gtest/gtest.h>

#include "consent/verdict.h"
#include "core/civil.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

constexpr std::string_view states =
    R"({"url":"https://handoff.example.org/fhir/StructureDefinition/cj-condition","valueBoolean":true},)";
constexpr std::string_view event = R"({"url":"event","valueString":"end of supervision"})";

std::string ends(const std::string& parts) {
  return R"({"url":"https://handoff.example.org/fhir/StructureDefinition/expiry-event","extension":[)" +
         parts + "]},";
}

// A release of ORG-ADV to the office of probation, with these extensions.
Directive supervision(const std::string& extensions) {
  const auto consent =
      json::parse(R"({"resourceType":"Consent","id":"c1","status":"active","extension":[)" + extensions + R"(
      {"url":"https://handoff.example.org/fhir/StructureDefinition/part2-statement","valueCode":"revocation"}],
      "category":[{"coding":[{"system":"https://handoff.example.org/fhir/CodeSystem/consent-category","code":"cj-2.35"}]}],
      "patient":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p1"}],"dateTime":"2024-01-10",
      "organization":[{"reference":"Organization/ORG-ADV"}],"sourceAttachment":{"title":"form"},
      "provision":{"type":"permit","period":{"start":"2024-01-10","end":"2024-06-30"},"actor":[{"reference":{"reference":"Organization/ORG-PROB"}}],
        "purpose":[{"system":"https://handoff.example.org/fhir/CodeSystem/purpose","code":"JSUPV"}]}})");
  EXPECT_TRUE(consent);
  return consent ? read_directive(consent->root()) : Directive{};
}

bool permits(const Directive& directive, std::string_view at) {
  const Row row{"EpisodeOfCare", {}, {"Organization/ORG-ADV"}};
  return decide_row({"Organization/ORG-PROB", {}, "JSUPV", span_of(at)->first}, row, std::vector{directive})
      .permit;
}

TEST(Directive, SupervisionIsPermittedOnlyWithConditionAndEvent) {
  const Directive whole = supervision(std::string(states) + ends(std::string(event)));
  EXPECT_EQ(whole.defects, std::vector<std::string>{});
  EXPECT_TRUE(permits(whole, "2024-03-01"));
  EXPECT_EQ(supervision(ends(std::string(event))).defects, std::vector<std::string>{"cj-condition"});
  EXPECT_EQ(supervision(std::string(states)).defects, std::vector<std::string>{"cj-event-missing"});
  EXPECT_EQ(supervision(std::string(states) + ends("")).defects,
            std::vector<std::string>{"cj-event-missing"});
  EXPECT_FALSE(permits(supervision(std::string(states)), "2024-03-01"));
  const std::string denied =
      R"({"url":"https://handoff.example.org/fhir/StructureDefinition/cj-condition","valueBoolean":false},)";
  EXPECT_EQ(supervision(denied + ends(std::string(event))).defects, std::vector<std::string>{"cj-condition"});
}

TEST(Directive, AConsentEndsWithItsEvent) {
  const std::string occurred =
      std::string(event) + R"(,{"url":"occurred","valueDateTime":"2024-03-01T09:00:00-05:00"})";
  const Directive ended = supervision(std::string(states) + ends(occurred));
  EXPECT_TRUE(permits(ended, "2024-03-01T08:59:59-05:00"));
  EXPECT_FALSE(permits(ended, "2024-03-01T09:00:00-05:00"));
}

// An ordinary release to the PCP, with these members beside its provision and inside it.
Directive release(const std::string& members, const std::string& within = {},
                  const std::string& type = "permit") {
  const auto consent =
      json::parse(R"({"resourceType":"Consent","id":"c1","status":"active",)" + members + R"(
      "category":[{"coding":[{"code":"IDSCL"}]}],"patient":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p1"}],
      "dateTime":"2024-01-10","organization":[{"reference":"Organization/ORG-ADV"}],"sourceAttachment":{"title":"form"},
      "provision":{"type":")" +
                  type + "\"" + within + R"(,"actor":[{"reference":{"reference":"Organization/ORG-PCP1"}}],
        "purpose":[{"code":"TREAT"}]}})");
  EXPECT_TRUE(consent) << members << within;
  return consent ? read_directive(consent->root()) : Directive{};
}
bool is_released(const Directive& directive) {
  const Row row{"Goal", {}, {"Organization/ORG-ADV"}};
  return decide_row({"Organization/ORG-PCP1", {}, "TREAT", span_of("2024-03-01")->first}, row,
                    std::vector{directive})
      .permit;
}

TEST(Directive, WhatAPermitIsLimitedByAndWhatContradictsItReleasesNothing) {
  using Texts = std::vector<std::string>;
  ASSERT_TRUE(is_released(release("")));
  ASSERT_TRUE(is_released(release(R"("scope":{"coding":[{"code":"patient-privacy"}]},)")));
  ASSERT_TRUE(is_released(
      release("", R"(,"action":[{"coding":[{"code":"collect"}]},{"coding":[{"code":"access"}]}])")));
  struct Case {
    std::string members, within;
    const char* defect;
  };
  const Case cases[] = {
      {R"("policyRule":{"coding":[{"code":"OPTOUT"}]},)", "", "root-type-contradiction"},
      {"", R"(,"securityLabel":[{"code":"SECRET"}])", "label-unknown"},
      {"", R"(,"securityLabel":[{"code":"42CFRPart2"}])", "label-unknown"},
      {"", R"(,"action":[{"coding":[{"code":"collect"}]}])", "action-other"},
      {"", R"(,"dataPeriod":{"start":"1990-01-01","end":"1990-12-31"})", "not-read-yet"},
      {"", R"(,"code":[{"coding":[{"code":"x"}]}])", "not-read-yet"},
      {"", R"(,"data":[{"meaning":"instance","reference":{"reference":"Goal/g"}}])", "not-read-yet"},
      {"", R"(,"provision":[{"type":"deny","class":[{"code":"Condition"}]}])", "not-read-yet"},
  };
  for (const Case& c : cases) {
    const Directive directive = release(c.members, c.within);
    EXPECT_EQ(directive.defects, Texts{c.defect}) << c.members << c.within;
    EXPECT_FALSE(is_released(directive)) << c.members << c.within;
  }
  for (const char* scope : {"research", "treatment", "adr"})
    EXPECT_FALSE(is_released(release(R"("scope":{"coding":[{"code":")" + std::string(scope) + R"("}]},)")))
        << scope;
}

// A denial counts without its limits, so it denies more and never less.
TEST(Directive, ADenialThatIsNotReadWholeDeniesMore) {
  const Directive permit = release("");
  Directive denial = release("", R"(,"dataPeriod":{"start":"1990-01-01"})", "deny");
  denial.reference = "Consent/c2";
  const Row row{"Goal", {}, {"Organization/ORG-ADV"}};
  EXPECT_FALSE(decide_row({"Organization/ORG-PCP1", {}, "TREAT", span_of("2024-03-01")->first}, row,
                          std::vector{permit, denial})
                   .permit);
}

}  // namespace
}  // namespace handoff::consent
