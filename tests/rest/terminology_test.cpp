// The terminology operations over HTTP: calls by URL and by Parameters, and refusals.
#include "service_fixture.h"
#include "validation/structure.h"

namespace handoff::rest {
namespace {

class TerminologyOperationsTest : public ServiceTest {
 protected:
  // The answer, which must be valid R4.
  json::Document answered(const net::Response& response, const char* type) {
    EXPECT_EQ(response.status, 200u) << response.body;
    auto document = json::parse(response.body).value();
    EXPECT_EQ(document.root()["resourceType"].text(), type);
    for (const Issue& issue : validation::validate_structure(document.root(), fhir::Definitions::r4()))
      ADD_FAILURE() << issue.expression << ' ' << issue.diagnostics;
    return document;
  }
  // "true display=Female code=female system=…"
  std::string parameters(const net::Response& response) {
    const json::Document document = answered(response, "Parameters");
    std::string all;
    for (const json::Value parameter : document.root()["parameter"].items()) {
      if (parameter["name"].text() == "property") continue;
      all += all.empty() ? "" : " ";
      if (parameter["valueBoolean"]) all += parameter["valueBoolean"].truth() ? "true" : "false";
      else
        for (const json::Member& member : parameter.members())
          if (member.key.starts_with("value"))
            all += std::string(parameter["name"].text()) + "=" + std::string(member.value.text());
    }
    return all;
  }
  net::Response posted(const std::string& target, const std::string& parameters) {
    return send("POST", target, {{"Content-Type", fhir_type}},
                R"({"resourceType":"Parameters","parameter":[)" + parameters + "]}");
  }
};

constexpr const char* genders = "http://hl7.org/fhir/ValueSet/administrative-gender";

TEST_F(TerminologyOperationsTest, ExpandsByTargetAndByParametersAlike) {
  const json::Document expanded = answered(
      get(std::string("/fhir/ValueSet/$expand?url=") + genders + "&filter=ema&_format=json"), "ValueSet");
  ASSERT_EQ(expanded.root()["expansion"]["total"].text(), "1");
  EXPECT_EQ(expanded.root()["expansion"]["contains"].at(0)["code"].text(), "female");
  const std::string url = std::string(R"({"name":"url","valueUri":")") + genders + "\"}";
  const json::Document page =
      answered(posted("/fhir/ValueSet/$expand",
                      url + R"(,{"name":"count","valueInteger":1},{"name":"offset","valueInteger":1})"),
               "ValueSet");
  EXPECT_EQ(page.root()["expansion"]["total"].text(), "4");
  EXPECT_EQ(page.root()["expansion"]["contains"].size(), 1u);
  const std::string own =
      R"({"name":"valueSet","resource":{"resourceType":"ValueSet","status":"draft","compose":{"include":)"
      R"([{"system":"http://hl7.org/fhir/administrative-gender","concept":[{"code":"other"}]}]}}})";
  EXPECT_EQ(answered(posted("/fhir/ValueSet/$expand", own), "ValueSet")
                .root()["expansion"]["contains"]
                .at(0)["display"]
                .text(),
            "Other");
}

TEST_F(TerminologyOperationsTest, ValidatesLooksUpComparesAndTranslates) {
  const std::string in = std::string("/fhir/ValueSet/$validate-code?url=") + genders;
  EXPECT_EQ(parameters(get(in + "&code=female&system=http://hl7.org/fhir/administrative-gender")),
            "true display=Female code=female system=http://hl7.org/fhir/administrative-gender");
  EXPECT_TRUE(parameters(get(in + "&code=woman")).starts_with("false message=woman is not in"));
  const std::string url = std::string(R"({"name":"url","valueUri":")") + genders + "\"}";
  EXPECT_TRUE(
      parameters(
          posted(
              "/fhir/ValueSet/$validate-code",
              url +
                  R"(,{"name":"codeableConcept","valueCodeableConcept":{"coding":[)"
                  R"({"system":"http://x","code":"1"},{"system":"http://hl7.org/fhir/administrative-gender","code":"male"}]}})"))
          .starts_with("true display=Male"));
  EXPECT_TRUE(
      parameters(
          get("/fhir/CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=male"))
          .starts_with("true"));
  EXPECT_NE(parameters(get("/fhir/CodeSystem/$lookup?system=http://terminology.hl7.org/CodeSystem/"
                           "v3-ActReason&code=TREAT"))
                .find("display=treatment"),
            std::string::npos);
  const std::string compare =
      "/fhir/CodeSystem/$subsumes?system=http://terminology.hl7.org/CodeSystem/v3-ActReason";
  EXPECT_EQ(parameters(get(compare + "&codeA=PurposeOfUse&codeB=TREAT")), "outcome=subsumes");
  EXPECT_EQ(parameters(get(compare + "&codeA=TREAT&codeB=TREAT")), "outcome=equivalent");
  EXPECT_TRUE(
      parameters(get("/fhir/ConceptMap/$translate?source=http://hl7.org/fhir/ValueSet/address-use&code=home"))
          .starts_with("true"));
}

TEST_F(TerminologyOperationsTest, SaysWhatIsMissingUnknownOrNotServed) {
  const std::pair<const char*, const char*> cases[] = {
      {"/fhir/ValueSet/$expand", "400 required http.url"},
      {"/fhir/ValueSet/$expand?url=http://nobody", "404 not-found http.url"},
      {"/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/condition-code", "404 not-found http.url"},
      {"/fhir/ValueSet/$expand?url=http://nobody&count=-1", "404 not-found http.url"},
      {"/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&count=x",
       "400 value http.count"},
      {"/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&offset=2147483648",
       "400 value http.offset"},
      {"/fhir/ValueSet/$expand?url=http://x&context=y", "400 not-supported http.context"},
      {"/fhir/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender",
       "400 required http.code"},
      {"/fhir/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/condition-code&system=http://"
       "snomed.info/sct&code=1",
       "404 not-found http.system"},
      {"/fhir/CodeSystem/$lookup?code=x", "400 required http.system"},
      {"/fhir/CodeSystem/$lookup?system=http://nobody&code=x", "404 not-found http.system"},
      {"/fhir/ConceptMap/$translate?url=http://nobody&code=x", "404 not-found http.url"},
      {"/fhir/Patient/$expand", "404 not-supported http.path"}};
  for (const auto& [target, expected] : cases) EXPECT_EQ(outcome(get(target)), expected) << target;
  EXPECT_EQ(outcome(posted("/fhir/ValueSet/$expand", R"({"valueUri":"http://x"})")),
            "400 required Parameters.parameter[0].name");
  const auto filtered = [&](const std::string& property) {
    return posted(
        "/fhir/ValueSet/$expand",
        R"({"name":"valueSet","resource":{"resourceType":"ValueSet","status":"active","compose":{"include":[)"
        R"({"system":"http://hl7.org/fhir/administrative-gender","filter":[{"property":")" +
            property + R"(","op":"=","value":"male"}]}]}}})");
  };
  EXPECT_EQ(filtered("code").status, 200u);
  EXPECT_EQ(outcome(filtered("no-such-property")), "422 not-supported http.url") << "no empty set";
  std::string codings = R"({"system":"http://hl7.org/fhir/administrative-gender","code":"male"})";
  for (int i = 1; i <= 100; ++i) codings += R"(,{"code":"x"})";
  EXPECT_EQ(
      outcome(posted("/fhir/CodeSystem/$validate-code",
                     R"({"name":"codeableConcept","valueCodeableConcept":{"coding":[)" + codings + "]}}")),
      "400 too-costly http.codeableConcept");
  register_clients(R"("system/Patient.rs")");
  EXPECT_EQ(get(std::string("/fhir/ValueSet/$expand?url=") + genders).status, 403u);
}

TEST_F(TerminologyOperationsTest, TheStatementNamesThem) {
  const json::Document statement = json::parse(get("/fhir/metadata").body).value();
  std::string all;
  for (const json::Value type : statement.root()["rest"].at(0)["resource"].items())
    for (const json::Value operation : type["operation"].items())
      if (operation["name"].text() != "validate")
        all += std::string(operation["definition"].text().substr(40)) + " ";
  EXPECT_EQ(all,
            "CodeSystem-validate-code CodeSystem-lookup CodeSystem-subsumes ConceptMap-translate "
            "ValueSet-expand ValueSet-validate-code ");
}

}  // namespace
}  // namespace handoff::rest
