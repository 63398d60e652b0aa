#include "validation/validator.h"

#include "service_fixture.h"

namespace handoff::rest {
namespace {

class ValidateTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    service_.reset();
    service_ =
        std::make_unique<Service>(ServiceOptions{.base_url = base_url, .validator = &validator_}, tokens_, *gate_, *admission_, *store_, terminology_);
  }
  // Status, then severity and expression of each issue that is no advice.
  std::string validate(const std::string& target, const std::string& body, const std::string& type = fhir_type) {
    const auto answer = send("POST", target, {{"Content-Type", type}}, body);
    std::string text = std::to_string(answer.status);
    const auto document = json::parse(answer.body);
    if (!document) return text + " no JSON";
    EXPECT_EQ(document->root()["resourceType"].text(), "OperationOutcome");
    for (const json::Value issue : document->root()["issue"].items())
      if (issue["severity"].text() != "warning")
        text.append(" ").append(issue["severity"].text()).append(" ").append(issue["expression"].at(0).text());
    return text;
  }

  validation::Profiles profiles_{fhir::Definitions::r4()};
  validation::Validator validator_{profiles_, terminology_};
};

TEST_F(ValidateTest, AnswersWithAnOutcome) {
  const std::string good = R"({"resourceType":"Patient","id":"p1","active":true})",
                    bad = R"({"resourceType":"Patient","contact":[{"gender":"male"}]})";
  struct Case {
    std::string target, body, expected;
  };
  const Case cases[] = {
      {"/fhir/Patient/$validate", good, "200"},
      {"/fhir/Patient/$validate", bad, "200 error Patient.contact[0]"},
      {"/fhir/Patient/p1/$validate", good, "200"},
      {"/fhir/Patient/p2/$validate", good, "200 error Patient.id"},
      {"/fhir/Observation/$validate", good, "200 error Patient"},
      {"/fhir/Patient/$validate?profile=http://x.org/none", good, "200 error Patient"},
      {"/fhir/Patient/$validate?mode=delete", good, "200 information Patient"},
      {"/fhir/Patient/$validate?mode=x", good, "400 error mode"},
      {"/fhir/Patient/$validate?x=y", good, "400 error http.x"},
      {"/fhir/Patient/$validate", R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":)" + bad + "}]}",
       "200 error Patient.contact[0]"},
      {"/fhir/Patient/$validate",
       R"({"resourceType":"Parameters","parameter":[{"name":"profile","valueUri":"http://x.org/none"},{"name":"resource","resource":)" +
           good + "}]}",
       "200 error Patient"},
      {"/fhir/Patient/$validate", R"({"resourceType":"Parameters"})", "400 error resource"},
      {"/fhir/Patient/$validate", "{", "400 error http.body"},
      {"/fhir/Nothing/$validate", good, "404 error http.path"},
  };
  for (const Case& each : cases) EXPECT_EQ(validate(each.target, each.body), each.expected) << each.target << ' ' << each.body;
  EXPECT_EQ(validate("/fhir/Patient/$validate", good, "text/plain"), "415 error http.Content-Type");
  EXPECT_EQ(ask({"POST", "/fhir/Patient/$validate", {{"Content-Type", fhir_type}}, good}).status, 401u);
  EXPECT_EQ(get("/fhir/Patient/p1").status, 404u) << "nothing was stored";
  EXPECT_NE(get("/fhir/metadata").body.find("Resource-validate"), std::string::npos);
}

}  // namespace
}  // namespace handoff::rest
