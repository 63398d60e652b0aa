// Parts of visible resources that are hidden: other recipients, references, frames, names of facilities.
#include "two_worlds.h"

namespace handoff::rest {
namespace {

// Both worlds get a resource. In the world without, the resource lacks its hidden parts, or does not exist.
class Hidden : public AsIfAbsent {
 protected:
  void give(const std::string& with, const std::string& without) {
    ++second_;
    with_.add(second_, with, "ORG-ADV");
    if (!without.empty()) without_.add(second_, without, "ORG-ADV");
    for (auto* world : {&with_, &without_}) world->stand_at(second_);
  }
  // Asks for it in every way. Returns how many of the answers showed something.
  int ask(const std::string& type, const std::string& id, const std::vector<std::string>& queries) {
    int shown = 0;
    const std::string here = "/fhir/" + type + "/" + id;
    const std::string read = same("GET", here);
    const std::string version = sample::first_group(read, "\"versionId\":\"([^\"]+)\"").value_or("1");
    shown += read.starts_with("200") + same("GET", here + "/_history").starts_with("200");
    shown += same("GET", here + "/_history/" + version).starts_with("200");
    same("GET", here + "/_history/1");
    same("POST", "/fhir/" + type + "/" + id + "/$validate");
    for (const std::string& query : queries)
      shown +=
          same("GET", "/fhir/" + type + "?_total=accurate&" + query).find("\"match\"") != std::string::npos;
    return shown;
  }

 private:
  int second_ = 50'000;
};

// A recipient sees those parts of a Consent that concern it, and learns of no other recipient that the person
// named.
TEST_F(Hidden, OtherRecipientsOfAConsent) {
  const std::string one = consent_of("p0", Said::everything),
                    actor = R"({"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":")";
  const std::string both =
      sample::replaced(one, "\"actor\":\\[", "\"actor\":[" + actor + "Organization/ORG-MCP1\"}},");
  const std::string nested = sample::replaced(
      one, "\\}\\}$",
      R"(,"provision":[{"type":"deny","actor":[)" + actor + R"(Organization/ORG-HOC"}}]}]}})");
  const std::string narrated = sample::replaced(
      both, "\"status\":\"active\"",
      R"("status":"active","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">MCP1</div>"})");
  const std::vector<std::string> queries = {"",
                                            "patient=Patient/p0",
                                            "actor=Organization/ORG-PCP1",
                                            "actor=Organization/ORG-MCP1",
                                            "actor=Organization/ORG-HOC",
                                            "_include=Consent:actor",
                                            "_sort=_lastUpdated"};
  EXPECT_EQ(ask("Consent", "c-p0", queries), 8);
  for (const auto& [id, several] : {std::pair("c-both", both), {"c-nested", nested}, {"c-told", narrated}}) {
    const auto named = [id = std::string(id)](const std::string& consent) {
      return sample::replaced(consent, "c-p0|CN-p0", id);
    };
    give(named(several), named(one));
    EXPECT_EQ(ask("Consent", id, queries), 8);
    same("GET", "/fhir/Organization?_revinclude=Consent:actor");
  }
}

TEST_F(Hidden, ConsentsOfOthersWithTheirFormsAndReleases) {
  const std::string other = sample::replaced(consent_of("p0", Said::to_others), "c-p0|CN-p0", "other");
  const std::string release = sample::replaced(other, "other|42CFRPart2CD", "ma-hiv-release");
  const std::string form =
      R"({"resourceType":"DocumentReference","id":"form","status":"current","type":{"coding":[{"system":)"
      R"("http://loinc.org","code":"59284-0"}]},"subject":{"reference":"Patient/p0"},)"
      R"("content":[{"attachment":{"title":"Consent form other"}}]})";
  const std::string list =
      R"({"resourceType":"List","id":"l","status":"current","mode":"working","subject":{"reference":"Patient/p0"})";
  give(other, "");
  give(release, "");
  give(form, "");
  give(list + R"(,"entry":[{"item":{"reference":"Consent/other","display":"other"}}]})", list + "}");
  EXPECT_GT(
      ask("Consent", "c-p0",
          {"", "patient=Patient/p0", "category=ma-hiv-release&_include=Consent:patient", "_security=HIV"}),
      3);
  EXPECT_EQ(ask("Consent", "other", {"_id=other", "identifier=other"}), 0);
  EXPECT_EQ(ask("DocumentReference", "form", {"_id=form", "type=59284-0"}), 0);
  EXPECT_GT(ask("List", "l", {"", "item=Consent/other"}), 3);
  same("GET", "/fhir/Patient?_revinclude=Consent:patient&_total=accurate");
}

// No reference reveals a hidden Patient.
TEST_F(Hidden, PatientsBehindReferences) {
  const std::string task =
      R"({"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/p0"})";
  const std::string composition =
      R"({"resourceType":"Composition","id":"x","status":"final","type":{"text":"x"},"date":"2024-02-02",)"
      R"("author":[{"reference":"Organization/ORG-ADV"}],"title":"x","subject":{"reference":"Patient/p0"})";
  const std::string appointment =
      R"({"resourceType":"Appointment","id":"a","status":"proposed","participant":[{"actor":{"reference":"Patient/p0"},"status":"accepted"})";
  for (const std::string p : {"p1", "p3", "p5", "p6"}) {
    const auto named = [&p](const std::string& resource) {
      return sample::replaced(resource, R"re("id":"([txa])")re", "\"id\":\"\\1-" + p + "\"");
    };
    const std::string reference = R"({"reference":"Patient/)" + p + R"(","display":"Ana )" + p + R"("})";
    give(named(task) + R"(,"focus":)" + reference + "}", named(task) + "}");
    give(named(composition) + R"(,"section":[{"title":"s","focus":)" + reference +
             R"(,"entry":[{"reference":"Goal/g-p0"}]}]})",
         named(composition) + R"(,"section":[{"title":"s","entry":[{"reference":"Goal/g-p0"}]}]})");
    give(named(appointment) + R"(,{"actor":)" + reference + R"(,"status":"accepted"}]})",
         named(appointment) + "]}");
    EXPECT_GE(ask("Task", "t-" + p, {"", "focus=Patient/" + p, "_include=Task:focus", "patient=Patient/p0"}),
              6);
    EXPECT_EQ(ask("Composition", "x-" + p, {"", "subject=Patient/" + p, "patient=Patient/p0"}), 0)
        << "its disclosers' alone";
    EXPECT_GE(ask("Appointment", "a-" + p,
                  {"", "actor=Patient/" + p, "patient=Patient/" + p, "_include=Appointment:actor",
                   "patient=Patient/p0", "part-status=accepted"}),
              5);
    same("GET", "/fhir/Patient?_revinclude=Task:focus&_revinclude=Appointment:actor&_total=accurate");
  }
}

// Only its disclosers see the frame of a document. Visible sections would reveal that there are others.
TEST_F(Hidden, FramesOfDocuments) {
  const std::string section =
      R"({"title":"s","code":{"coding":[{"system":"http://loinc.org","code":"10000-1"}]},"entry":[{"reference":"Goal/g-p0"}]})";
  give(
      R"({"resourceType":"Composition","id":"x","identifier":{"system":"urn:x","value":"x"},"status":"final","type":{"text":"x"},)"
      R"("date":"2024-02-02","title":"x","author":[{"reference":"Organization/ORG-ADV"}],"subject":{"reference":"Patient/p0"},"section":[)" +
          section + "]}",
      "");
  const std::string provenance =
      R"({"resourceType":"Provenance","id":"pv","recorded":"2024-02-02T00:00:00Z","agent":[{"who":{"display":"x"}}],)"
      R"("target":[{"reference":"Goal/g-p0"})";
  give(provenance + R"(,{"reference":"Composition/x"}]})", provenance + "]}");
  EXPECT_EQ(ask("Composition", "x",
                {"", "_id=x", "patient=Patient/p0", "section=10000-1", "entry=Goal/g-p0", "identifier=x",
                 "title=x"}),
            0);
  EXPECT_GT(
      ask("Provenance", "pv", {"", "target=Composition/x", "target=Goal/g-p0", "_include=Provenance:target"}),
      4);
  same("GET", "/fhir/Goal?_revinclude=Composition:entry");
}

// Other values that find a resource do not reveal the hidden person that it names.
TEST_F(Hidden, OtherReferencesBesideAHiddenPatient) {
  const std::string task =
      R"({"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/p0"},)"
      R"("encounter":{"reference":"Encounter/e-p0"})";
  give(task + R"(,"focus":{"reference":"Patient/p1"}})", task + "}");
  EXPECT_GT(
      ask("Task", "t",
          {"encounter=Encounter/e-p0", "_include=Task:encounter", "focus=Patient/p1", "patient=Patient/p0"}),
      5);
  same("GET", "/fhir/Encounter?_revinclude=Task:encounter&_total=accurate");
  const std::string other = sample::replaced(task, "\"id\":\"t\"", "\"id\":\"u\"");
  give(other + R"(,"focus":{"reference":"https://other.example.org/fhir/Patient/zz"}})",
       other + R"(,"focus":{"reference":"https://other.example.org/fhir/Patient/zz"}})");
  EXPECT_GT(ask("Task", "u", {"encounter=Encounter/e-p0"}), 3);
}

// p2 permitted the PCP nothing about substance use, p0 did.
TEST_F(Hidden, WhatFacilitiesTell) {
  for (auto* world : {&with_, &without_}) {
    world->add(40'000,
               R"({"resourceType":"Organization","id":"otp","name":"Merrimack Opioid Treatment Program"})",
               "");
    world->add(
        40'001,
        R"({"resourceType":"HealthcareService","id":"hs","name":"Clinic","providedBy":{"reference":"Organization/otp"}})",
        "");
  }
  EXPECT_TRUE(same("GET", "/fhir/Organization/otp").starts_with("200")) << "the directory is everybody's";
  const auto telling = [](const std::string& p) {
    const std::string actor = R"({"actor":{"reference":"Patient/)" + p + R"("},"status":"accepted"})";
    return std::vector<std::string>{
        R"({"resourceType":"Appointment","id":"a1","status":"proposed","participant":[)" + actor +
            R"(,{"actor":{"reference":"HealthcareService/hs"},"status":"accepted"}]})",
        R"({"resourceType":"Appointment","id":"a2","status":"proposed","participant":[)" + actor +
            R"(,{"actor":{"display":"Opioid Treatment Program"},"status":"accepted"}]})",
        R"({"resourceType":"CareTeam","id":"ct","subject":{"reference":"Patient/)" + p +
            R"("},"participant":[{"member":{"reference":"Organization/otp"}}]})",
        R"({"resourceType":"Goal","id":"g","lifecycleStatus":"active","description":{"text":"AA meeting"},"subject":{"reference":"Patient/)" +
            p + "\"}}"};
  };
  for (const std::string& text : telling("p2")) {
    give(text, "");
    const auto parsed = json::parse(text);
    const std::string type(parsed->root()["resourceType"].text()), id(parsed->root()["id"].text());
    EXPECT_EQ(ask(type, id, {"_id=" + id}), 0) << text;
    same("GET", "/fhir/" + type + "?_total=accurate");
  }
  same("GET", "/fhir/Patient?_revinclude=Appointment:patient&_revinclude=CareTeam:patient&_total=accurate");
  for (const std::string& text : telling("p0")) {
    give(text, text);
    const auto parsed = json::parse(text);
    EXPECT_TRUE(with_
                    .ask("GET", "/fhir/" + std::string(parsed->root()["resourceType"].text()) + "/" +
                                    std::string(parsed->root()["id"].text()))
                    .starts_with("200"))
        << text;
  }
}

}  // namespace
}  // namespace handoff::rest
