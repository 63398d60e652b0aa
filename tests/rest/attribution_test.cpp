#include "authoring/attribution.h"

#include "service_fixture.h"

namespace handoff::rest {
namespace {

// A practice, another one, and the people who act for each. "pcp" writes for Organization/ORG-PCP1.
class AttributionTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    const std::string system = R"("identifier":[{"system":"http://x/org","value":")";
    const std::string directory[] = {
        put_entry("Organization", "ORG-PCP1", R"(,"name":"Own",)" + system + "own\"}]"),
        put_entry("Organization", "ORG-B", R"(,"name":"Other",)" + system + "other\"}]"),
        put_entry("Organization", "ward", R"(,"name":"Ward","partOf":{"reference":"Organization/ORG-PCP1"})"),
        put_entry("Organization", "circle",
                  R"(,"name":"Circle","partOf":{"reference":"Organization/circle"})"),
        put_entry("Practitioner", "own", R"(,"identifier":[{"system":"http://x/npi","value":"1"}])"),
        put_entry("Practitioner", "both"),
        put_entry("Practitioner", "other", R"(,"identifier":[{"system":"http://x/npi","value":"2"}])"),
        put_entry("Practitioner", "nobody"),
        role("r-own", "own", "ORG-PCP1"),
        role("r-ward", "both", "ward"),
        role("r-both", "both", "ORG-B"),
        role("r-other", "other", "ORG-B"),
        put_entry("HealthcareService", "hs-own", R"(,"providedBy":{"reference":"Organization/ORG-PCP1"})"),
        put_entry("HealthcareService", "hs-other", R"(,"providedBy":{"reference":"Organization/ORG-B"})"),
        put_entry("Patient", "p1"),
        put_entry("Patient", "p2"),
        put_entry("RelatedPerson", "hidden", R"(,"patient":{"reference":"Patient/p1"})"),
    };
    std::string entries;
    for (const std::string& entry : directory) entries += (entries.empty() ? "" : ",") + entry;
    const auto made = post(transaction(entries));
    ASSERT_EQ(made.status, 200u) << made.body;
  }
  static std::string role(const std::string& id, const std::string& practitioner,
                          const std::string& organization) {
    return put_entry("PractitionerRole", id,
                     R"(,"practitioner":{"reference":"Practitioner/)" + practitioner +
                         R"("},"organization":{"reference":"Organization/)" + organization + "\"}");
  }
  net::Response as_pcp(const std::string& method, const std::string& target, const std::string& body) {
    return ask(
        {method, "/fhir" + target, {{"Content-Type", fhir_type}, {"Authorization", bearer("pcp")}}, body});
  }
  static std::string condition(const std::string& members) {
    return R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"},"code":{"text":"x"})" +
           (members.empty() ? "" : "," + members) + "}";
  }
  static std::string plan(const std::string& author) {
    return R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p1"},"author":)" +
           author + "}";
  }
  net::Response written_by(const std::string& author) { return as_pcp("POST", "/CarePlan", plan(author)); }
  void set_organization(const std::string& id, const std::string& members) {
    const auto done = post(transaction(put_entry("Organization", id, members)));
    ASSERT_EQ(done.status, 200u) << done.body;
  }
};

TEST_F(AttributionTest, NamesTheWriterOrWhoActsForIt) {
  const char* const own[] = {
      R"({"reference":"Organization/ORG-PCP1"})",
      R"({"reference":"https://127.0.0.1:8443/fhir/Organization/ORG-PCP1/_history/1"})",
      R"({"reference":"Organization/ward"})",
      R"({"reference":"PractitionerRole/r-own"})",
      R"({"reference":"PractitionerRole/r-ward"})",
      R"({"reference":"Practitioner/own","display":"Dr. Own"})",
      R"({"reference":"Practitioner/both"})",
      R"({"reference":"Patient/p1"})",
      R"({"reference":"Organization/ORG-PCP1","identifier":{"system":"http://x/org","value":"own"}})",
      R"({"identifier":{"system":"http://x/org","value":"own"}})",
      R"({"type":"Practitioner","identifier":{"system":"http://x/npi","value":"1"}})",
  };
  for (const char* const reference : own) {
    const auto answer = written_by(reference);
    EXPECT_EQ(answer.status, 201u) << reference << answer.body;
  }
}

// All refusals look the same, whether the other one is foreign, hidden or absent.
TEST_F(AttributionTest, NamesNobodyElse) {
  const std::string first = written_by(R"({"reference":"Organization/ORG-B"})").body;
  const char* const others[] = {
      R"({"reference":"Organization/ORG-B"})",
      R"({"reference":"https://127.0.0.1:8443/fhir/Organization/ORG-B"})",
      R"({"reference":"https://elsewhere.example/fhir/Organization/ORG-B"})",
      R"({"reference":"Organization/none"})",
      R"({"reference":"Organization/circle"})",
      R"({"reference":"PractitionerRole/r-other"})",
      R"({"reference":"PractitionerRole/r-both"})",
      R"({"reference":"Practitioner/other"})",
      R"({"reference":"Practitioner/nobody"})",
      R"({"reference":"Practitioner/none"})",
      R"({"reference":"HealthcareService/hs-other"})",
      R"({"reference":"Patient/p2"})",
      R"({"reference":"Patient/none"})",
      R"({"reference":"RelatedPerson/hidden"})",
      R"({"reference":"RelatedPerson/none"})",
      R"({"reference":"urn:uuid:0f7a1c7e-6e3a-4b51-a2c9-1f4d5b6a7c8d"})",
      R"({"reference":"Organization/ORG-PCP1","identifier":{"system":"http://x/org","value":"other"}})",
      R"({"identifier":{"system":"http://x/org","value":"other"}})",
      R"({"identifier":{"system":"http://x/org","value":"nobody"}})",
      R"({"type":"Practitioner","identifier":{"system":"http://x/npi","value":"2"}})",
      R"({"identifier":{"value":"own"}})",
      R"({"display":"Other"})",
  };
  const auto without_id = [](std::string text) { return text.substr(0, text.find("\"id\"")); };
  for (const char* const reference : others) {
    const auto answer = written_by(reference);
    EXPECT_EQ(outcome(answer), "403 forbidden CarePlan.author") << reference << answer.body;
    EXPECT_EQ(without_id(answer.body), without_id(first)) << reference;
  }
}

TEST_F(AttributionTest, CountsWhereverItStands) {
  const std::string other = R"({"reference":"Organization/ORG-B"})";
  const std::pair<std::string, const char*> cases[] = {
      {condition(R"("asserter":)" + other), "403 forbidden Condition.asserter"},
      {condition(R"("note":[{"text":"a"},{"authorReference":)" + other + R"(,"text":"x"}])"),
       "403 forbidden Condition.note[1].authorReference"},
      {condition(
           R"("recorder":{"reference":"#c"},"contained":[{"resourceType":"Organization","id":"c","name":"Own"}])"),
       "403 forbidden Condition.recorder"},
      {condition(R"("recorder":{"reference":"#c"},"contained":[{"resourceType":"Practitioner","id":"c"}])"),
       "403 forbidden Condition.recorder"},
      {condition(
           R"("recorder":{"reference":"#c"},"contained":[{"resourceType":"PractitionerRole","id":"c","organization":)" +
           other + "}]"),
       "403 forbidden Condition.recorder"},
      {condition(
           R"("recorder":{"reference":"#c"},"contained":[{"resourceType":"PractitionerRole","id":"c","practitioner":
         {"reference":"Practitioner/other"},"organization":{"reference":"Organization/ORG-PCP1"}}])"),
       "403 forbidden Condition.recorder"},
      {condition(R"("recorder":{"reference":"#none"})"), "403 forbidden Condition.recorder"},
      {condition(
           R"("evidence":[{"detail":[{"reference":"#d"}]}],"contained":[{"resourceType":"DocumentReference","id":"d","status":"current",
         "content":[{"attachment":{}}],"author":[{"reference":"Organization/ORG-PCP1"},)" +
           other + "]}]"),
       "403 forbidden Condition.contained[0].author[1]"},
      {condition(
           R"("evidence":[{"detail":[{"reference":"#d"}]}],"contained":[{"resourceType":"Provenance","id":"d","recorded":"2024-01-01T00:00:00Z",
         "target":[{"reference":"#"}],"agent":[{"type":{"coding":[{"code":"author"}]},"who":)" +
           other + "}]}]"),
       "403 forbidden Condition.contained[0].agent[0].who"},
      {R"({"resourceType":"Communication","status":"completed","subject":{"reference":"Patient/p1"},"sender":)" +
           other + "}",
       "403 forbidden Communication.sender"},
      {R"({"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/p1"},
          "informationSource":)" +
           other + "}",
       "403 forbidden MedicationStatement.informationSource"},
      {R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p1"},"author":)" +
           other + "}",
       "403 forbidden CarePlan.author"},
      {R"({"resourceType":"Composition","status":"final","type":{"text":"x"},"subject":{"reference":"Patient/p1"},"date":"2024-01-01","title":"x",
          "author":[{"reference":"Organization/ORG-PCP1"}],"section":[{"title":"x","author":[)" +
           other + R"(],"text":{"status":"generated","div":
          "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}]})",
       "403 forbidden Composition.section[0].author[0]"},
      {R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p1"},"contributor":[)" +
           other + "]}",
       "403 forbidden CarePlan.contributor[0]"},
      {R"({"resourceType":"Composition","status":"final","type":{"text":"x"},"subject":{"reference":"Patient/p1"},"date":"2024-01-01","title":"x",
          "author":[{"reference":"Organization/ORG-PCP1"}],"attester":[{"mode":"legal","party":)" +
           other + "}]}",
       "403 forbidden Composition.attester[0].party"},
      {R"({"resourceType":"EpisodeOfCare","status":"active","patient":{"reference":"Patient/p1"},"managingOrganization":)" +
           other + "}",
       "403 forbidden EpisodeOfCare.managingOrganization"},
      {R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p1"},"expressedBy":
          {"reference":"Practitioner/other"}})",
       "403 forbidden Goal.expressedBy"},
      {R"({"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"x"},
          "subject":{"reference":"Patient/p1"},"reportedReference":)" +
           other + "}",
       "403 forbidden MedicationRequest.reportedReference"},
      {R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p1"},"author":
          {"extension":[{"url":"urn:x","valueReference":{"reference":"Organization/ORG-B"}}]}})",
       "403 forbidden CarePlan.author"},
      {R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p1"},"author":{"reference":"#c"},
          "contained":[{"resourceType":"CareTeam","id":"c","managingOrganization":[{"reference":"Organization/ORG-PCP1"},)" +
           other + "]}]}",
       "403 forbidden CarePlan.author"},
      {R"({"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/p1"},"source":{"reference":"Practitioner/other"}})",
       "403 forbidden List.source"},
      {R"({"resourceType":"QuestionnaireResponse","status":"completed","subject":{"reference":"Patient/p1"},"source":{"reference":"Practitioner/other"}})",
       "403 forbidden QuestionnaireResponse.source"},
      {R"({"resourceType":"ClinicalImpression","status":"completed","subject":{"reference":"Patient/p1"},"assessor":{"reference":"PractitionerRole/r-other"}})",
       "403 forbidden ClinicalImpression.assessor"},
      {R"({"resourceType":"DocumentReference","status":"current","subject":{"reference":"Patient/p1"},"content":[{"attachment":{"url":"http://x/y"}}],
          "authenticator":{"reference":"Practitioner/other"}})",
       "403 forbidden DocumentReference.authenticator"},
      {condition(
           R"("evidence":[{"detail":[{"reference":"#d"}]}],"contained":[{"resourceType":"List","id":"d","status":"current","mode":"working","source":)" +
           other + "}]"),
       "403 forbidden Condition.contained[0].source"},
  };
  for (const auto& [resource, refused] : cases) {
    const std::string type(json::parse(resource)->root()["resourceType"].text());
    EXPECT_EQ(outcome(as_pcp("POST", "/" + type, resource)), refused) << resource;
  }
}

TEST_F(AttributionTest, PerformersAndRequestersAreFree) {
  const auto made = as_pcp("POST", "/ServiceRequest",
                           R"({"resourceType":"ServiceRequest","status":"active","intent":"order",
    "subject":{"reference":"Patient/p1"},"requester":{"reference":"Organization/ORG-B"},"performer":[{"display":"Other"}]})");
  EXPECT_EQ(made.status, 201u) << made.body;
  const auto contained = written_by(R"({"reference":"#c"},"contained":[{"resourceType":"Device","id":"c"}])");
  EXPECT_EQ(contained.status, 201u) << contained.body;
  const auto free = send("POST", "/fhir/CarePlan", {{"Content-Type", fhir_type}},
                         plan(R"({"reference":"Organization/ORG-B"})"));
  EXPECT_EQ(free.status, 201u) << "operators enter what others bring: " << free.body;
}

TEST_F(AttributionTest, HoldsForUpdatesBatchesAndTransactions) {
  const auto made = as_pcp("POST", "/Condition", condition(""));
  ASSERT_EQ(made.status, 201u) << made.body;
  const std::string id(json::parse(made.body)->root()["id"].text());
  const std::string other =
      R"(,"subject":{"reference":"Patient/p1"},"recorder":{"reference":"Organization/ORG-B"})";
  const std::string update = R"({"resourceType":"Condition","id":")" + id + "\"" + other + "}";
  EXPECT_EQ(outcome(as_pcp("PUT", "/Condition/" + id, update)), "403 forbidden Condition.recorder");
  const std::string entry =
      R"({"request":{"method":"POST","url":"Condition"},"resource":{"resourceType":"Condition")" + other +
      "}}";
  EXPECT_EQ(outcome(as_pcp("POST", "", transaction(entry))),
            "403 forbidden Bundle.entry[0].resource.recorder");
  const auto batch =
      as_pcp("POST", "", R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry + "]}");
  EXPECT_EQ(json::parse(batch.body)->root()["entry"].at(0)["response"]["status"].text().substr(0, 3), "403")
      << batch.body;
}

// References between entries are followed.
TEST_F(AttributionTest, FollowsReferencesWithinATransaction) {
  const auto bundle = [](const std::string& patient) {
    return transaction(
        R"({"fullUrl":"urn:uuid:0f7a1c7e-6e3a-4b51-a2c9-1f4d5b6a7c8d","request":{"method":"POST","url":"RelatedPerson"},
            "resource":{"resourceType":"RelatedPerson","patient":{"reference":"Patient/)" +
        patient + R"("}}},
           {"request":{"method":"POST","url":"Condition"},"resource":{"resourceType":"Condition","subject":{"reference":"Patient/p1"},
            "asserter":{"reference":"urn:uuid:0f7a1c7e-6e3a-4b51-a2c9-1f4d5b6a7c8d"}}})");
  };
  const auto made = as_pcp("POST", "", bundle("p1"));
  EXPECT_EQ(made.status, 200u) << made.body;
  EXPECT_EQ(outcome(as_pcp("POST", "", bundle("p2"))), "403 forbidden Bundle.entry[1].resource.asserter")
      << "somebody of another person";
}

// The patient of a resource counts after the reference has been resolved.
TEST_F(AttributionTest, ASubjectMayBeNamedByIdentifier) {
  const auto person = json::parse(
      R"({"resourceType":"Patient","id":"p3","identifier":[{"system":"http://x/mrn","value":"3"}]})");
  admission::Entry given;
  given.type = "Patient";
  given.id = "p3";
  given.resource = person->root();
  given.contributes = true;
  ASSERT_TRUE(admission_->admit({"ORG-PCP1", "test", {given}, {}, {}}));
  ASSERT_EQ(as_pcp("POST", "/Condition",
                   R"({"resourceType":"Condition","subject":{"reference":"Patient/p3"},"code":{"text":"x"}})")
                .status,
            201u);
  const auto entry = [](const std::string& type, const std::string& members) {
    return transaction(R"({"request":{"method":"POST","url":")" + type +
                       R"("},"resource":{"resourceType":")" + type + "\"," + members + "}}");
  };
  const std::string found =
      R"("code":{"text":"x"},"subject":{"reference":"Patient?identifier=http://x/mrn|3"})";
  const auto written = as_pcp("POST", "", entry("Condition", found));
  EXPECT_EQ(written.status, 200u) << written.body;
  for (const char* nobody :
       {R"("code":{"text":"x"},"subject":{"reference":"Patient?identifier=http://x/mrn|4"})",
        R"("code":{"text":"x"},"subject":{"reference":"Patient?identifier=http://x/org|own"})"})
    EXPECT_EQ(outcome(as_pcp("POST", "", entry("Condition", nobody))),
              "412 not-found Bundle.entry[0].resource.subject.reference");
  EXPECT_EQ(outcome(as_pcp("POST", "", entry("Condition", R"("code":{"text":"x"})"))),
            "403 forbidden Bundle.entry[0].resource");
  EXPECT_EQ(outcome(as_pcp("POST", "/Condition", R"({"resourceType":"Condition","code":{"text":"x"}})")),
            "403 forbidden Condition");
}

TEST_F(AttributionTest, ValidateSaysItBeforehand) {
  const auto told = as_pcp("POST", "/Condition/$validate?mode=create",
                           condition(R"("recorder":{"reference":"Organization/ORG-B"})"));
  EXPECT_NE(told.body.find("Condition.recorder"), std::string::npos) << told.body;
}

// This holds for any stored data: an organization that does not exist, or is not in use, writes nothing.
TEST_F(AttributionTest, AnOrganizationThatDoesNotExistWritesNothing) {
  const auto made = as_pcp("POST", "/Condition", condition(""));
  ASSERT_EQ(made.status, 201u) << made.body;
  const std::string id(json::parse(made.body)->root()["id"].text());
  const auto refusals = [&] {
    const std::string update = R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"},"id":")";
    const std::string entry =
        R"({"request":{"method":"POST","url":"Condition"},"resource":)" + condition("") + "}";
    std::string statuses;
    for (const auto& answer :
         {as_pcp("POST", "/Condition", condition("")), as_pcp("PUT", "/Condition/" + id, update + id + "\"}"),
          as_pcp("PUT", "/Condition/none", update + "none\"}"), as_pcp("DELETE", "/Condition/" + id, ""),
          as_pcp("DELETE", "/Condition/none", ""), as_pcp("POST", "", transaction(entry)),
          as_pcp("POST", "", transaction(R"({"request":{"method":"DELETE","url":"Condition/none"}})"))})
      statuses += std::to_string(answer.status) + " ";
    const auto batch =
        as_pcp("POST", "", R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry + "]}");
    return statuses +
           std::string(
               json::parse(batch.body)->root()["entry"].at(0)["response"]["status"].text().substr(0, 3));
  };
  const std::string all = "403 403 403 403 403 403 403 403";
  set_organization("ORG-PCP1", R"(,"name":"Own","active":false)");
  EXPECT_EQ(refusals(), all) << "not in use";
  EXPECT_EQ(send("DELETE", "/fhir/Organization/ORG-PCP1", {}, "").status, 204u);
  EXPECT_EQ(refusals(), all) << "deleted";
  set_organization("ORG-PCP1", R"(,"name":"Own","active":true)");
  EXPECT_EQ(as_pcp("POST", "/Condition", condition("")).status, 201u);
}

}  // namespace
}  // namespace handoff::rest
