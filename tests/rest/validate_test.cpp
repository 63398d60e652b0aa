#include "service_fixture.h"

namespace handoff::rest {
namespace {

class ValidateTest : public ServiceTest {
 protected:
  // The status, then severity and expression of each issue that is not only advice.
  std::string validate(const std::string& target, const std::string& body,
                       const std::string& type = fhir_type) {
    const auto answer = send("POST", target, {{"Content-Type", type}}, body);
    std::string text = std::to_string(answer.status);
    const auto document = json::parse(answer.body);
    if (!document) return text + " no JSON";
    EXPECT_EQ(document->root()["resourceType"].text(), "OperationOutcome");
    for (const json::Value issue : document->root()["issue"].items())
      if (issue["severity"].text() != "warning")
        text.append(" ")
            .append(issue["severity"].text())
            .append(" ")
            .append(issue["expression"].at(0).text());
    return text;
  }
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
      {"/fhir/Patient/$validate?mode=delete", good, "400 error mode"},
      {"/fhir/Patient/$validate?mode=x", good, "400 error mode"},
      {"/fhir/Patient/$validate?x=y", good, "400 error http.x"},
      {"/fhir/Patient/$validate",
       R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":)" + bad + "}]}",
       "200 error Patient.contact[0]"},
      {"/fhir/Patient/$validate",
       R"({"resourceType":"Parameters","parameter":[{"name":"profile","valueUri":"http://x.org/none"},{"name":"resource","resource":)" +
           good + "}]}",
       "200 error Patient"},
      {"/fhir/Patient/$validate", R"({"resourceType":"Parameters"})", "400 error resource"},
      {"/fhir/Patient/$validate", "{", "400 error http.body"},
      {"/fhir/Nothing/$validate", good, "404 error http.path"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(validate(each.target, each.body), each.expected) << each.target << ' ' << each.body;
  EXPECT_EQ(validate("/fhir/Patient/$validate", good, "text/plain"), "415 error http.Content-Type");
  EXPECT_EQ(ask({"POST", "/fhir/Patient/$validate", {{"Content-Type", fhir_type}}, good}).status, 401u);
  EXPECT_EQ(get("/fhir/Patient/p1").status, 404u) << "nothing was stored";
  EXPECT_NE(get("/fhir/metadata").body.find("Resource-validate"), std::string::npos);
}

TEST_F(ValidateTest, ModesNeedWhatTheyAreAbout) {
  const std::string good = R"({"resourceType":"Patient","id":"p1","active":true})";
  ASSERT_EQ(send("PUT", "/fhir/Patient/p1", {{"Content-Type", fhir_type}}, good).status, 201u);
  struct Case {
    std::string target, body, expected;
  };
  const Case cases[] = {
      {"/fhir/Patient/$validate", "", "400 error resource"},
      {"/fhir/Patient/$validate?mode=profile", "", "400 error resource"},
      {"/fhir/Patient/$validate?mode=delete", "", "400 error mode"},
      {"/fhir/Patient/p1/$validate?mode=create", "", "400 error resource"},
      {"/fhir/Patient/p1/$validate?mode=update", "", "400 error resource"},
      {"/fhir/Patient/p1/$validate", "7", "400 error resource"},
      {"/fhir/Patient/p1/$validate",
       R"({"resourceType":"Parameters","parameter":[{"name":"x","valueString":"y"}]})", "400 error http.x"},
      {"/fhir/Patient/a_b/$validate", "", "400 error http.path"},
      {"/fhir/Patient/none/$validate", "", "404 error http.path"},
      {"/fhir/Patient/none/$validate?mode=delete", "", "404 error http.path"},
      {"/fhir/Patient/p1/$validate", "", "200"},
      {"/fhir/Patient/p1/$validate?mode=profile", "", "200"},
      {"/fhir/Patient/p1/$validate?mode=delete", "", "200 information Patient"},
      {"/fhir/Patient/p1/$validate?profile=http://x.org/none", "", "200 error Patient"},
      {"/fhir/Patient/p1/$validate",
       R"({"resourceType":"Parameters","parameter":[{"name":"mode","valueCode":"profile"}]})", "200"},
      {"/fhir/Patient/$validate?mode=create", good, "200"},
      {"/fhir/Patient/$validate?mode=update", good, "200"},
      {"/fhir/Patient/$validate?mode=update", R"({"resourceType":"Patient","active":true})",
       "200 error Patient.id"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(validate(each.target, each.body), each.expected) << each.target << ' ' << each.body;
}

TEST_F(ValidateTest, TheStoredOneIsReadAsAReadIs) {
  ASSERT_EQ(send("PUT", "/fhir/Patient/p1", {{"Content-Type", fhir_type}},
                 R"({"resourceType":"Patient","id":"p1"})")
                .status,
            201u);
  const auto entries = [this] { return store_->verify_ledger().value(); };
  const std::size_t before = entries();
  EXPECT_EQ(validate("/fhir/Patient/p1/$validate", ""), "200");
  EXPECT_EQ(entries(), before + 1) << "it was disclosed";
  EXPECT_EQ(validate("/fhir/Patient/p1/$validate", R"({"resourceType":"Patient","id":"p1"})"), "200");
  EXPECT_EQ(entries(), before + 1) << "nothing that is stored was looked at";
  ASSERT_EQ(send("DELETE", "/fhir/Patient/p1", {}, "").status, 204u);
  EXPECT_EQ(send("POST", "/fhir/Patient/p1/$validate", {}, "").status, 410u);
  register_clients(R"("system/Patient.cu")");
  EXPECT_EQ(send("POST", "/fhir/Patient/p1/$validate", {}, "").status, 403u) << "no scope to read";
}

TEST_F(ValidateTest, TellsWhatAWriteWouldBeRefusedFor) {
  const std::string plan = R"({"resourceType":"Patient","id":"p1","active":true})";
  const auto as_pcp = [&](const std::string& target, const std::string& body) {
    const auto answer =
        ask({"POST", target, {{"Content-Type", fhir_type}, {"Authorization", bearer("pcp")}}, body});
    std::string text = std::to_string(answer.status);
    const json::Document outcome = json::parse(answer.body).value();
    for (const json::Value issue : outcome.root()["issue"].items())
      if (issue["severity"].text() == "error") text.append(" ").append(issue["code"].text());
    return text;
  };
  const std::string practice = R"({"resourceType":"Organization","id":"ORG-PCP1","name":"N"})";
  ASSERT_EQ(send("PUT", "/fhir/Organization/ORG-PCP1", {{"Content-Type", fhir_type}}, practice).status, 201u);
  EXPECT_EQ(as_pcp("/fhir/Patient/$validate", plan), "200");
  EXPECT_EQ(as_pcp("/fhir/Patient/$validate?mode=create", plan), "200 forbidden")
      << "Patients come by their form";
  const std::string goal =
      R"({"resourceType":"Goal","id":"g1","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p1"}})";
  EXPECT_EQ(as_pcp("/fhir/Goal/$validate?mode=create", goal), "200");
  EXPECT_EQ(as_pcp("/fhir/Goal/g1/$validate?mode=update", goal), "200 not-found");
  EXPECT_EQ(as_pcp("/fhir/Goal/g1/$validate?mode=delete", ""), "404 not-found");
  register_clients(R"("system/Patient.rs")");
  EXPECT_EQ(validate("/fhir/Patient/$validate?mode=create", plan), "200 error Patient")
      << "no scope to create";
  ASSERT_EQ(validate("/fhir/Patient/$validate", plan), "200");
}

TEST_F(ValidateTest, ProfilesByConfigurationCountForWritesAndForTheirModes) {
  service_.reset();
  admission_.emplace(*store_, shared_indexer(), sample::shipped_routes(), clock_, sample::program_validator(),
                     admission::RequiredProfiles{{{"op", {{"Patient", {sample::program_patient}}}}}});
  start(256);
  const std::string bare = R"({"resourceType":"Patient","id":"p1","active":true})",
                    born = R"({"resourceType":"Patient","id":"p1","active":true,"birthDate":"1990-02-03"})";
  const net::Headers type = {{"Content-Type", fhir_type}};
  EXPECT_EQ(validate("/fhir/Patient/$validate", bare), "200");
  EXPECT_EQ(validate("/fhir/Patient/$validate?mode=profile", bare), "200");
  EXPECT_EQ(validate("/fhir/Patient/$validate?mode=create", bare), "200 error Patient");
  EXPECT_EQ(validate("/fhir/Patient/p1/$validate?mode=update", bare), "200 error Patient");
  EXPECT_EQ(validate("/fhir/Patient/$validate?mode=create", born), "200");
  EXPECT_EQ(outcome(send("POST", "/fhir/Patient", type, bare)), "422 required Patient");
  EXPECT_EQ(outcome(send("PUT", "/fhir/Patient/p1", type, bare)), "422 required Patient");
  EXPECT_EQ(outcome(post(transaction(put_entry("Organization", "o1", R"(,"name":"A")") + "," +
                                     put_entry("Patient", "p1")))),
            "422 required Bundle.entry[1].resource");
  EXPECT_EQ(send("PUT", "/fhir/Patient/p1", type, born).status, 201u);
  EXPECT_EQ(validate("/fhir/Patient/p1/$validate?profile=" + std::string(sample::program_patient), ""),
            "200");
}

}  // namespace
}  // namespace handoff::rest
