#include "consent/recipients.h"

#include <gtest/gtest.h>

#include "../fhir_names.h"
#include "consent/fold.h"
#include "consent/labels.h"
#include "consent/redaction.h"
#include "consent/verdict.h"
#include "json/document.h"
#include "validation/structure.h"

namespace handoff::consent {
namespace {

using Names = std::vector<std::string>;

std::string actor(const std::string& reference) {
  return R"({"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":")" + reference +
         R"(","display":"Name of )" + reference + "\"}}";
}
std::string consent(const std::string& provision, const std::string& members = {}) {
  return R"({"resourceType":"Consent","id":"c","status":"active","scope":{"coding":[{"code":"patient-privacy"}]},"category":)"
         R"([{"coding":[{"code":"IDSCL"}]}],"patient":{"reference":"Patient/p"},"organization":[{"reference":"Organization/ADV"}],)" +
         members + R"("policyRule":{"coding":[{"code":"OPTIN"}]},"provision":)" + provision + "}";
}
json::Document parse(const std::string& text) { return json::parse(text).value(); }

TEST(Recipients, AreTheOrganizationsThatRulesName) {
  struct Case {
    std::string text;
    Names names;
  };
  const std::string two = R"({"type":"permit","actor":[)" + actor("Organization/B") + "," +
                          actor("https://h/fhir/Organization/A") + "]}";
  const std::string nested = R"({"type":"permit","actor":[)" + actor("Organization/A") +
                             R"(],"provision":[{"type":"deny","actor":[)" + actor("Organization/N") +
                             R"(],"provision":[{"type":"permit","actor":[)" + actor("Organization/D") +
                             "]}]}]}";
  const Case cases[] = {
      {consent(two), {"Organization/A", "Organization/B"}},
      {consent(nested), {"Organization/A", "Organization/D", "Organization/N"}},
      {consent(R"({"type":"deny","actor":[)" + actor("Organization/A") + "]}"), {"Organization/A"}},
      {consent(R"({"type":"permit"})"), {}},
      {consent(R"({"type":"permit","actor":[)" + actor("Group/treating") + "," + actor("Practitioner/x") +
               "," + actor("#o") + "]}"),
       {}},
      {R"({"resourceType":"Consent"})", {}},
  };
  for (const Case& c : cases) EXPECT_EQ(recipients_of(parse(c.text).root()), c.names) << c.text;
  for (const auto& [status, counts] : {std::pair("inactive", true),
                                       {"draft", false},
                                       {"proposed", false},
                                       {"rejected", false},
                                       {"entered-in-error", false}}) {
    std::string text = consent(two);
    text.replace(text.find("active"), 6, status);
    EXPECT_EQ(!recipients_of(parse(text).root()).empty(), counts) << status;
  }
}

// What a recipient is shown, as whole resources, which are always valid.
TEST(Recipients, EachSeesTheConsentWithoutTheOthers) {
  struct Case {
    const char* what;
    std::string stored, shown;
  };
  const std::string a = actor("Organization/A"), b = actor("Organization/B"), group = actor("Group/g");
  const std::string text =
      R"("text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">A and B</div>"},)";
  const std::string scan = R"("sourceAttachment":{"contentType":"application/pdf","data":"QUJC"},)";
  const auto labels = [](const std::string& level, const std::vector<std::string>& codes) {
    std::string all =
        R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":")" + level + "\"}";
    for (const std::string& code : codes)
      all += R"(,{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":")" + code + "\"}";
    return R"("meta":{"security":[)" + all + "]},";
  };
  const std::string practice = R"("contained":[{"resourceType":"Organization","id":"o","name":"B"}],)";
  const Case cases[] = {
      {"it alone", consent(R"({"type":"permit","actor":[)" + a + "]}", text),
       consent(R"({"type":"permit","actor":[)" + a + "]}", text)},
      {"labels of another's kind",
       consent(R"({"type":"permit","actor":[)" + a + "," + b + "]}", labels("R", {"SUD", "42CFRPart2"})),
       consent(R"({"type":"permit","actor":[)" + a + "]}", labels("R", {}))},
      {"labels of its own",
       consent(R"({"type":"permit","actor":[)" + a + "," + b + R"(],"securityLabel":[{"code":"SUD"}]})",
               labels("R", {"SUD", "42CFRPart2"})),
       consent(R"({"type":"permit","actor":[)" + a + R"(],"securityLabel":[{"code":"SUD"}]})",
               labels("R", {"SUD", "42CFRPart2"}))},
      {"nobody", consent(R"({"type":"permit"})"), consent(R"({"type":"permit"})")},
      {"two", consent(R"({"type":"permit","actor":[)" + a + "," + b + "]}", text),
       consent(R"({"type":"permit","actor":[)" + a + "]}")},
      {"a class", consent(R"({"type":"permit","actor":[)" + group + "," + a + "]}"),
       consent(R"({"type":"permit","actor":[)" + a + "]}")},
      {"contained", consent(R"({"type":"permit","actor":[)" + a + "," + actor("#o") + "]}", practice),
       consent(R"({"type":"permit","actor":[)" + a + "]}")},
      {"the form", consent(R"({"type":"permit","actor":[)" + a + "]}", scan),
       consent(R"({"type":"permit","actor":[)" + a + "]}")},
      {"a rule for another",
       consent(R"({"type":"permit","actor":[)" + a + R"(],"provision":[{"type":"deny","actor":[)" + b +
               "]}]}"),
       consent(R"({"type":"permit","actor":[)" + a + "]}")},
      {"a rule for all of them",
       consent(R"({"type":"permit","actor":[)" + a + "," + b +
               R"(],"provision":[{"type":"deny","class":[{"code":"Goal"}]}]})"),
       consent(R"({"type":"permit","actor":[)" + a +
               R"(],"provision":[{"type":"deny","class":[{"code":"Goal"}]}]})")},
      {"a rule below one for another",
       consent(R"({"type":"permit","provision":[{"type":"deny","actor":[)" + b +
               R"(],"provision":[{"type":"permit"}]}]})"),
       consent(R"({"type":"permit"})")},
      {"named below only",
       consent(R"({"type":"permit","actor":[)" + b +
               R"(],"provision":[{"type":"deny"},{"type":"permit","actor":[)" + a + "]}]}"),
       consent(R"({"provision":[{"type":"permit","actor":[)" + a + "]}]}")},
  };
  for (const Case& c : cases) {
    const auto stored = parse(c.stored), shown = parse(c.shown);
    json::Arena arena;
    Redaction redaction;
    redaction.recipients = {"Organization/A"};
    const auto left = redact(arena, stored.root(), redaction, fhir::Definitions::r4());
    ASSERT_TRUE(left) << c.what;
    EXPECT_TRUE(json::equal(*left, shown.root())) << c.what << ": " << json::write(*left);
    for (const Issue& issue : validation::validate_structure(*left, fhir::Definitions::r4()))
      EXPECT_GT(issue.severity, Severity::error) << c.what << issue.expression << issue.diagnostics;
    redaction.internal = true;
    EXPECT_EQ(redact(arena, stored.root(), redaction, fhir::Definitions::r4())->storage(),
              stored.root().storage())
        << "its discloser";
  }
}

TEST(Recipients, WhoDoesNotSeeThePatientIsToldTheIdAlone) {
  std::string text = consent(
      R"({"type":"deny","actor":[)" + actor("Organization/A") + "]}",
      R"("text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Ana Rivera</div>"},)"
      R"("performer":[{"reference":"https://h/fhir/Patient/p","display":"Ana Rivera"}],)");
  text.replace(text.find(R"("Patient/p")"), 11,
               R"("Patient/p","display":"Ana Rivera","identifier":{"value":"100000000001"})");
  const auto parsed = parse(text);
  json::Arena arena;
  Redaction redaction;
  redaction.recipients = {"Organization/A"};
  redaction.patient = "Patient/p"_ref;
  EXPECT_EQ(redact(arena, parsed.root(), redaction, fhir::Definitions::r4())->storage(),
            parsed.root().storage());
  redaction.sees_patient = false;
  const auto left = redact(arena, parsed.root(), redaction, fhir::Definitions::r4());
  ASSERT_TRUE(left);
  EXPECT_EQ(json::write(*left).find("Ana"), std::string::npos) << json::write(*left);
  EXPECT_EQ(json::write((*left)["patient"]), R"({"reference":"Patient/p"})");
  EXPECT_EQ(json::write((*left)["performer"]), R"([{"reference":"https://h/fhir/Patient/p"}])");
}

// This holds for any content, any label and any purpose.
TEST(Recipients, AConsentIsDecidedByWhomItNames) {
  const std::string provision = R"({"type":"deny","actor":[)" + actor("Organization/A") + "]}";
  const auto parsed = parse(consent(provision));
  const std::string_view brought_by[] = {"HOC"};
  Row row = make_row(parsed.root(), "Patient/p"_ref, brought_by);
  EXPECT_EQ(row.disclosers, (Names{"Organization/HOC", "Organization/ADV"}));
  row.labels.sensitivities = {"HIV", "SUD"};
  row.labels.regimes = {"42CFRPart2", "MA-HIV"};
  struct Case {
    const char* recipient;
    Names above;
    const char* rule;
    bool permit, internal;
  };
  const Case cases[] = {{"A", {}, "policy.consent", true, false},
                        {"B", {}, "policy.consent", false, false},
                        {"U", {"Organization/X", "Organization/A"}, "policy.consent", true, false},
                        {"U", {"Organization/ADV"}, "policy.consent", false, false},
                        {"ADV", {}, "law.internal", true, true},
                        {"HOC", {}, "law.internal", true, true}};
  for (const Case& c : cases)
    for (const char* purpose : {"TREAT", "HPAYMT", "JSUPV", "HLEGAL"}) {
      const std::string recipient = std::string("Organization/") + c.recipient;
      const RowDecision decision = decide_row({recipient, {}, purpose, {}, c.above}, row, {});
      EXPECT_EQ(std::tuple(decision.permit, decision.internal, decision.rule),
                std::tuple(c.permit, c.internal, std::string_view(c.rule)))
          << c.recipient;
      if (c.above.empty()) {
        EXPECT_EQ(decide_folded(recipient, purpose, "", shape_of(row)), c.permit);
      }
    }
  EXPECT_EQ(shape_of(*row_of(shape_of(row))), shape_of(row));
  row.labels.marks = {"SEALED"};
  EXPECT_FALSE(decide_row({"Organization/ADV", {}, "TREAT", {}}, row, {}).permit);
}

TEST(Recipients, AFormIsItsDisclosersAlone) {
  const auto form = [](const std::string& code) {
    return parse(
        R"({"resourceType":"DocumentReference","status":"current","type":{"coding":[{"system":"http://loinc.org","code":")" +
        code + R"("}]},"subject":{"reference":"Patient/p"},"content":[{"attachment":{"title":"x"}}]})");
  };
  for (const auto& [code, is_form] :
       {std::pair("59284-0", true), {"64292-6", true}, {"57016-8", true}, {"11506-3", false}})
    EXPECT_EQ(make_row(form(code).root(), "Patient/p"_ref, {}).third_party, is_form) << code;
}

TEST(Recipients, AConsentCarriesWhatItIsAbout) {
  const auto read = [](std::string_view reference) {
    static const auto directory = parse(
        R"([
        {"resourceType":"Organization","id":"part2","extension":[{"url":)"
        R"("https://handoff.example.org/fhir/StructureDefinition/part2-program","valueCode":"sud-content"}]},
        {"resourceType":"Organization","id":"unit","partOf":{"reference":"Organization/part2"}},
        {"resourceType":"Organization","id":"none","extension":[{"url":)"
        R"("https://handoff.example.org/fhir/StructureDefinition/part2-program","valueCode":"none"}]},
        {"resourceType":"Organization","id":"unset"}])");
    for (const json::Value each : directory.root().items())
      if ("Organization/" + std::string(each["id"].text()) == reference) return each;
    return json::Value{};
  };
  const auto labels = [&](const std::string& provision, const std::string& category) {
    std::string text = consent(provision);
    text.replace(text.find("IDSCL"), 5, category);
    Source source;
    source.posture = Part2Posture::sud_content;
    const Labels found = labels_of(parse(text).root(), source, read);
    std::string all(1, found.confidentiality);
    for (const auto* codes : {&found.sensitivities, &found.regimes})
      for (const std::string& code : *codes) all += " " + code;
    return all;
  };
  const auto to = [](const std::string& organization) {
    return R"({"type":"permit","actor":[)" + actor("Organization/" + organization) + "]}";
  };
  const std::string deep =
      R"({"type":"permit","provision":[{"type":"permit","securityLabel":[{"code":"OPIOIDUD"}]}]})";
  EXPECT_EQ(labels(to("none"), "IDSCL"), "N");
  EXPECT_EQ(labels(to("unset"), "IDSCL"), "N");
  EXPECT_EQ(labels(to("none"), "ma-hiv-release"), "R HIV MA-HIV");
  EXPECT_EQ(labels(to("none"), "42CFRPart2CD"), "R SUD 42CFRPart2");
  EXPECT_EQ(labels(to("part2"), "IDSCL"), "R SUD 42CFRPart2");
  EXPECT_EQ(labels(to("unit"), "IDSCL"), "R SUD 42CFRPart2");
  EXPECT_EQ(labels(deep, "IDSCL"), "R SUD 42CFRPart2");
  EXPECT_EQ(labels(R"({"type":"permit","securityLabel":[{"code":"MH"}]})", "IDSCL"), "N");
}

}  // namespace
}  // namespace handoff::consent
