// The document as its reader gets it: every section has a text, the texts say what the entries say, and every
// named resource is there.
#include "disclosure/document.h"

#include "../sample_gateway.h"
#include "fhir/reference.h"
#include "fhirpath/narrative.h"

namespace handoff::disclosure {
namespace {

class DocumentTest : public sample::GatewayTest {
 protected:
  json::Document document(const std::string& recipient = "ORG-PCP1") {
    auto outcome = disclosure::message(*gate_, row_for(recipient), store_->snapshot());
    EXPECT_TRUE(outcome) << outcome.error().summary();
    const auto* permitted = outcome ? std::get_if<PermittedMessage>(&*outcome) : nullptr;
    EXPECT_TRUE(permitted);
    return permitted ? json::parse(permitted->message.bytes()).value() : json::Document();
  }
  static json::Value composition(const json::Document& document) {
    return document.root()["entry"].at(0)["resource"];
  }
  static std::string text_of(const json::Document& document, std::string_view title) {
    for (const json::Value each : composition(document)["section"].items())
      if (each["title"].text().starts_with(title)) return std::string(each["text"]["div"].text());
    return {};
  }
  static void collect(json::Value value, std::vector<std::string>& references) {
    if (value["reference"].is_string()) references.emplace_back(value["reference"].text());
    for (const json::Member& member : value.members()) collect(member.value, references);
    for (const json::Value item : value.items()) collect(item, references);
  }
  // References of the Composition whose targets are not in the document.
  static std::vector<std::string> dangling(const json::Document& document) {
    std::vector<std::string> all, absent;
    collect(composition(document), all);
    for (const std::string& reference : all) {
      bool is_here = false;
      for (const json::Value entry : document.root()["entry"].items())
        is_here |= entry["fullUrl"].text() == "https://127.0.0.1/fhir/" + reference ||
                   entry["fullUrl"].text() == reference;
      if (!is_here) absent.push_back(reference);
    }
    return absent;
  }
  static void expect_valid(const json::Document& document) {
    for (const Issue& issue : sample::shared_validator().validate(document.root(), {}))
      EXPECT_GT(issue.severity, Severity::error) << issue.expression << ": " << issue.diagnostics;
  }
};

TEST_F(DocumentTest, EverySectionAndTheWholeHaveATextThatSaysSomething) {
  narrates_ = true;
  admit_record();
  issue_aftercare();
  const json::Document sent = document();
  std::vector<json::Value> texts = {composition(sent)["text"]};
  for (const json::Value section : composition(sent)["section"].items()) {
    texts.push_back(section["text"]);
    EXPECT_FALSE(section["emptyReason"]);
    EXPECT_TRUE(section["entry"].size() > 0 || section["text"]) << section["title"].text();
  }
  EXPECT_GE(texts.size(), 9u);
  for (const json::Value text : texts) {
    const auto read = fhirpath::read_narrative(text["div"].text());
    EXPECT_EQ(read.fault, "") << text["div"].text();
    EXPECT_TRUE(read.says_something);
  }
  expect_valid(sent);
}

TEST_F(DocumentTest, TheTextsSayWhatAClinicianActsOn) {
  const std::string goal = R"("description": {"text": "Keep stable housing"})";
  admit_record(
      {{goal, goal + R"(, "target": [{"dueDate": "2024-09-01"}])"},
       {R"("id": "ORG-OBH1", "name": "Counseling")",
        R"("id": "ORG-OBH1", "name": "Counseling", "telecom": [{"system": "phone", "value": "617-555-0100"}])"},
       {R"("id": "a1", "status": "proposed")",
        R"("id": "a1", "status": "proposed", "requestedPeriod": [{"start": "2024-05-20", "end": "2024-05-20"}])"}});
  issue_aftercare();
  const json::Document sent = document();
  struct Case {
    const char* title;
    std::vector<const char*> words;
  };
  const Case cases[] = {{"Support plan", {"Plan", "active"}},
                        {"Goals", {"Keep stable housing", "active", "September 1, 2024"}},
                        {"Conditions", {"F33.1"}},
                        {"Care team", {"Primary care", "Mobile crisis", "pcp"}},
                        {"Medications", {"sertraline 50 mg", "active"}},
                        {"Appointments", {"May 20, 2024", "Counseling", "617-555-0100", "proposed"}},
                        {"Supports", {"peer group"}},
                        {"Consent",
                         {"Consent CN-1 of 2024-01-10 lets Vendor disclose to Primary care, for treatment",
                          "until 2024-06-30"}},
                        {"Notice", {"prohibit you from using or disclosing", "42 CFR 2.31)."}}};
  for (const Case& c : cases)
    for (const char* word : c.words)
      EXPECT_NE(text_of(sent, c.title).find(word), std::string::npos) << c.title << " lacks " << word;
  const std::string whole(composition(sent)["text"]["div"].text());
  for (const char* word :
       {"Aftercare plan</b> for Ana Rivera, born February 3, 1990", "Dated May 1, 2024, by Vendor",
        "<li>Goals<ul><li>Keep stable housing</li></ul></li>",
        "<li>Appointments<ul><li>Counseling, May 20, 2024</li></ul></li>", "Supports</li>",
        "not the recipient's to know"})
    EXPECT_NE(whole.find(word), std::string::npos) << word << " in " << whole;
}

// This consent does not cover the diagnosis, so it goes. No text mentions it or says that something is there.
TEST_F(DocumentTest, TheTextsSayNothingThatIsWithheld) {
  narrates_ = true;
  const std::string psy = R"({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"},)";
  const std::string mh = R"({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "MH"},)";
  const std::string goal = R"("description": {"text": "Keep stable housing"})";
  admit_record({{psy, ""},
                {mh, ""},
                {R"("code": "F33.1"}]})", R"("code": "F33.1"}], "text": "Recurrent depression"})"}});
  issue_aftercare();
  const json::Document sent = document();
  const std::string bytes = json::write(sent.root());
  for (const char* gone : {"depression", "F33.1", "Condition", "PSY"})
    EXPECT_EQ(bytes.find(gone), bytes.npos) << gone;
  EXPECT_NE(text_of(sent, "Goals").find("Keep stable housing"), std::string::npos);
  expect_valid(sent);
}

// Its texts tell about everything in it, so it carries all labels. A reader who keeps it without the Bundle
// must know them.
TEST_F(DocumentTest, TheCompositionCarriesTheLabelsOfAllThatItTells) {
  admit_record();
  issue_aftercare();
  const json::Document sent = document();
  std::set<std::string> codes, bundle;
  for (const json::Value coding : composition(sent)["meta"]["security"].items())
    codes.emplace(coding["code"].text());
  for (const json::Value coding : sent.root()["meta"]["security"].items())
    bundle.emplace(coding["code"].text());
  EXPECT_EQ(codes, bundle);
  EXPECT_TRUE(codes.contains("PSY"));
  EXPECT_TRUE(codes.contains("NORDSCLCD"));
}

TEST_F(DocumentTest, WhatTheCompositionNamesIsThereOrIsNotNamed) {
  admit_record();
  issue_aftercare(
      {{R"("author": [)",
        R"("custodian": {"reference": "Organization/ORG-OBH1"}, "encounter": {"reference": "Encounter/none"},
                       "attester": [{"mode": "legal", "party": {"reference": "Practitioner/none"}},
                                    {"mode": "official", "party": {"reference": "https://127.0.0.1/fhir/Organization/ORG-ADV"}}],
                       "relatesTo": [{"code": "replaces", "targetReference": {"reference": "Composition/x0"}}],
                       "author": [)"},
       {R"({"reference": "Organization/ORG-ADV"}])", R"({"reference": "Organization/ORG-ADV"},
                       {"reference": "Practitioner/none", "display": "Somebody"}])"},
       {R"("section": [)", R"("section": [{"title": "Notes", "focus": {"reference": "Group/none"},
                       "author": [{"reference": "Device/none"}], "text": {"status": "generated", "div":
                       "<div xmlns=\"http://www.w3.org/1999/xhtml\">as spoken</div>"}},)"}});
  const json::Document sent = document();
  EXPECT_EQ(dangling(sent), std::vector<std::string>{});
  const json::Value all = composition(sent);
  EXPECT_FALSE(all["event"]) << "the enrolment is not in it";
  EXPECT_EQ(all["author"].size(), 1u);
  EXPECT_EQ(all["custodian"]["reference"].text(), "Organization/ORG-OBH1");
  EXPECT_EQ(all["attester"].size(), 2u) << "that somebody attested it is said";
  EXPECT_FALSE(all["relatesTo"]);
  EXPECT_NE(text_of(sent, "Notes").find("as spoken"), std::string::npos);
  expect_valid(sent);
}

// The writer's own text may say more than what is left of the entries.
TEST_F(DocumentTest, TheTextOfEntriesIsMadeOfThem) {
  const std::string text =
      R"("text": {"status": "additional", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Both visits</div>"}, )";
  for (const char* entries : {R"({"reference": "Appointment/a1"}, {"reference": "Appointment/none"})",
                              R"({"reference": "Appointment/a1"})"}) {
    TearDown();
    SetUp();
    admit_record();
    issue_aftercare(
        {{R"("entry": [{"reference": "Appointment/a1"}])", text + R"("entry": [)" + entries + "]"}});
    const json::Document sent = document();
    EXPECT_EQ(text_of(sent, "Appointments").find("Both visits"), std::string::npos);
    EXPECT_NE(text_of(sent, "Appointments").find("<td>proposed</td>"), std::string::npos);
  }
}

TEST_F(DocumentTest, ASectionOfWhichNothingGoesIsLeftOutWithItsText) {
  admit_record();
  const std::string text =
      R"("text": {"status": "additional", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Both visits</div>"}, )";
  issue_aftercare(
      {{R"("entry": [{"reference": "Appointment/a1"}])", text + R"("entry": [{"reference": "#c"}])"},
       {R"("status": "final")",
        R"("contained": [{"resourceType": "Appointment", "id": "c", "status": "proposed", "comment":
                     "inner", "participant": [{"status": "accepted", "actor": {"reference": "Patient/p1"}}]}], "status": "final")"}});
  const json::Document sent = document();
  const std::string bytes = json::write(sent.root());
  for (const char* gone : {"Both visits", "inner", "\"contained\""})
    EXPECT_EQ(bytes.find(gone), bytes.npos) << gone;
  expect_valid(sent);
}

// The discloser gave nothing about the person, for example because an operator wrote the Patient. The
// document has its subject, but tells nothing about the person.
TEST_F(DocumentTest, ASubjectOfWhomTheDiscloserGaveNothingIsBare) {
  ASSERT_TRUE(contribute(R"("name":[{"family":"Rivera","given":["Ana"]}])", "ORG-HOC"));
  const auto record = json::parse(sample::data_text("aftercare/record.json"));
  std::vector<std::string> resources;
  for (const json::Value resource : record->root().items()) resources.push_back(json::write(resource));
  ASSERT_TRUE(admit(resources));
  issue_aftercare();
  const json::Document sent = document();
  const auto entries = sent.root()["entry"].items();
  const auto patient = std::find_if(entries.begin(), entries.end(), [](json::Value e) {
    return e["resource"]["resourceType"].text() == "Patient";
  });
  ASSERT_NE(patient, entries.end());
  EXPECT_EQ(json::write((*patient)["resource"]), R"({"resourceType":"Patient","id":"p1"})");
  EXPECT_EQ(json::write(sent.root()).find("Rivera"), std::string::npos);
  expect_valid(sent);
}

}  // namespace
}  // namespace handoff::disclosure
