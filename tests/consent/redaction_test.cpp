#include "consent/redaction.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "../fhir_names.h"
#include "../shared_folder.h"
#include "json/document.h"
#include "validation/structure.h"

namespace handoff::consent {
namespace {

const fhir::Definitions& r4() { return fhir::Definitions::r4(); }

std::string problems(json::Value resource) {
  std::string text;
  for (const Issue& issue : validation::validate_structure(resource, r4()))
    if (issue.severity == Severity::error || issue.severity == Severity::fatal)
      text += issue.expression + ": " + issue.diagnostics + "\n";
  return text;
}

// `left` is empty if nothing may leave. Everything under */h is hidden. Both sides are valid.
struct Case {
  const char* what;
  const char* stored;
  const char* left;
};

void check(const Case& c, const Redaction& redaction) {
  const auto stored = json::parse(c.stored);
  ASSERT_TRUE(stored) << c.what << c.stored;
  EXPECT_EQ(problems(stored->root()), "") << c.what;
  json::Arena arena;
  const auto left = redact(arena, stored->root(), redaction, r4());
  if (!*c.left) {
    EXPECT_FALSE(left) << c.what << ": " << json::write(*left);
    return;
  }
  ASSERT_TRUE(left) << c.what;
  EXPECT_EQ(problems(*left), "") << c.what;
  const auto expected = json::parse(c.left);
  ASSERT_TRUE(expected) << c.left;
  EXPECT_TRUE(json::equal(*left, expected->root())) << c.what << ": " << json::write(*left);
  if (json::equal(stored->root(), expected->root()) && stored->root()["resourceType"].text() != "Patient") {
    EXPECT_EQ(left->storage(), stored->root().storage()) << c.what << ": nothing goes, nothing is copied";
  }
}

Redaction hiding_h() {
  Redaction redaction;
  redaction.hides = [](std::string_view reference) {
    return reference.ends_with("/h") && !reference.starts_with("Patient/");
  };
  return redaction;
}

TEST(Redaction, References) {
  const Case cases[] = {
      {"nothing to hide",
       R"({"resourceType":"Goal","id":"g","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/h"}})",
       R"({"resourceType":"Goal","id":"g","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/h"}})"},
      {"one of several, with display and identifier; the narrative",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"},
           "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Opioid use</div>"},
           "addresses":[{"reference":"Condition/h","display":"Opioid use","identifier":{"value":"1"}},{"reference":"Condition/a"}]})",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"},
           "addresses":[{"reference":"Condition/a"}]})"},
      {"the last of an array takes the array; absolute, with a version",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"},
           "addresses":[{"reference":"https://gateway.example.org/fhir/Condition/h/_history/3"}]})",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"}})"},
      {"extensions",
       R"({"resourceType":"Basic","code":{"text":"x","_text":{"extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h"}}]}},
           "extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h"}},{"url":"urn:f","extension":[
             {"url":"a","valueReference":{"reference":"Goal/h"}}]},{"url":"urn:g","valueString":"stays"}]})",
       R"({"resourceType":"Basic","code":{"text":"x"},"extension":[{"url":"urn:g","valueString":"stays"}]})"},
      {"extensions of primitives in a list",
       R"({"resourceType":"Practitioner","name":[{"given":["A","B"],"_given":[
            {"extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h"}}]},{"extension":[{"url":"urn:g","valueString":"s"}]}]}]})",
       R"({"resourceType":"Practitioner","name":[{"given":["A","B"],"_given":[null,{"extension":[{"url":"urn:g","valueString":"s"}]}]}]})"},
      {"extensions of primitives in a list, all",
       R"({"resourceType":"Practitioner","name":[{"given":["A","B"],"_given":[
            null,{"extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h"}}]}]}]})",
       R"({"resourceType":"Practitioner","name":[{"given":["A","B"]}]})"},
      {"a required element takes its backbone element",
       R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"diagnosis":[
           {"condition":{"reference":"Condition/h"},"rank":1},{"condition":{"reference":"Condition/a"},"rank":2}]})",
       R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"diagnosis":[{"condition":{"reference":"Condition/a"},"rank":2}]})"},
      {"up to the root",
       R"({"resourceType":"Provenance","target":[{"reference":"Goal/h"}],"recorded":"2026-01-01T00:00:00Z",
           "agent":[{"who":{"reference":"Organization/a"}}]})",
       ""},
      {"of the target's several, one stays",
       R"({"resourceType":"Provenance","target":[{"reference":"Goal/h"},{"reference":"Goal/a"}],
           "recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"reference":"Organization/a"}}]})",
       R"({"resourceType":"Provenance","target":[{"reference":"Goal/a"}],"recorded":"2026-01-01T00:00:00Z",
           "agent":[{"who":{"reference":"Organization/a"}}]})"},
      {"a required backbone element was the last",
       R"({"resourceType":"Provenance","target":[{"reference":"Goal/a"}],
           "recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"reference":"Practitioner/h"}}]})",
       ""},
      {"an element with nothing but an id",
       R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p"},
           "activity":[{"id":"1","reference":{"reference":"MedicationRequest/h"}},{"detail":{"status":"in-progress"}}]})",
       R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p"},
           "activity":[{"detail":{"status":"in-progress"}}]})"},
      {"a required choice",
       R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/p"},
           "medicationReference":{"reference":"Medication/h"}})",
       ""},
      {"meta, contained, canonical and uri are no references of the resource",
       R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p"},"instantiatesUri":["Goal/h"],
           "instantiatesCanonical":["Goal/h"],"meta":{"extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h"}}]},
           "contained":[{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/h"}}],
           "addresses":[{"reference":"#c"}]})",
       R"({"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/p"},"instantiatesUri":["Goal/h"],
           "instantiatesCanonical":["Goal/h"],"meta":{"extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h"}}]},
           "contained":[{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/h"}}],
           "addresses":[{"reference":"#c"}]})"},
      {"a contained resource that only what went referred to",
       R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},
           "contained":[{"resourceType":"Organization","id":"o","name":"O"},{"resourceType":"Organization","id":"q","name":"Q"}],
           "serviceProvider":{"reference":"#q"},"location":[{"location":{"reference":"Location/h","extension":[
             {"url":"urn:e","valueReference":{"reference":"#o"}}]}}]})",
       R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},
           "contained":[{"resourceType":"Organization","id":"q","name":"Q"}],"serviceProvider":{"reference":"#q"}})"},
  };
  for (const Case& c : cases) {
    Redaction redaction = hiding_h();
    check(c, redaction);
    if (std::string_view(c.left).empty()) continue;
    redaction.internal = true;
    check({c.what, c.stored, c.stored}, redaction);
  }
}

TEST(Redaction, Invariants) {
  const Case cases[] = {
      {"app-1: a participant has a type or an actor",
       R"({"resourceType":"Appointment","status":"booked","start":"2026-01-01T10:00:00Z","end":"2026-01-01T11:00:00Z","participant":[
           {"actor":{"reference":"Patient/p"},"status":"accepted"},{"actor":{"reference":"HealthcareService/h"},"status":"accepted"},
           {"type":[{"text":"t"}],"actor":{"reference":"Practitioner/h"},"status":"accepted"}]})",
       R"({"resourceType":"Appointment","status":"booked","start":"2026-01-01T10:00:00Z","end":"2026-01-01T11:00:00Z","participant":[
           {"actor":{"reference":"Patient/p"},"status":"accepted"},{"type":[{"text":"t"}],"status":"accepted"}]})"},
      {"app-1: the last",
       R"({"resourceType":"Appointment","status":"proposed","participant":[{"actor":{"reference":"Location/h"},"status":"accepted"}]})",
       ""},
      {"apr-1",
       R"({"resourceType":"AppointmentResponse","appointment":{"reference":"Appointment/a"},"actor":{"reference":"Practitioner/h"},
           "participantStatus":"accepted"})",
       ""},
      {"cmp-1: sections, with the narrative of those that lost an entry",
       R"({"resourceType":"Composition","status":"final","type":{"text":"t"},"date":"2026-01-01","title":"T","author":[{"reference":"Organization/a"}],
           "section":[{"title":"one","entry":[{"reference":"Goal/h"}],
                       "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Stay sober</div>"}},
                      {"title":"two","entry":[{"reference":"Goal/h"},{"reference":"Goal/a"}],
                       "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Stay sober</div>"}},
                      {"title":"three","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Stays</div>"}},
                      {"title":"four","section":[{"title":"five","entry":[{"reference":"Goal/h"}]}]}]})",
       R"({"resourceType":"Composition","status":"final","type":{"text":"t"},"date":"2026-01-01","title":"T","author":[{"reference":"Organization/a"}],
           "section":[{"title":"two","entry":[{"reference":"Goal/a"}]},
                      {"title":"three","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Stays</div>"}}]})"},
      {"con-1, con-2",
       R"({"resourceType":"Condition","subject":{"reference":"Patient/p"},"stage":[{"type":{"text":"t"},"assessment":[{"reference":"Observation/h"}]}],
           "evidence":[{"extension":[{"url":"urn:e","valueString":"s"}],"detail":[{"reference":"Observation/h"}]},{"code":[{"text":"x"}],"detail":[{"reference":"Observation/h"}]}]})",
       R"({"resourceType":"Condition","subject":{"reference":"Patient/p"},"evidence":[{"code":[{"text":"x"}]}]})"},
      {"rqg-1",
       R"({"resourceType":"RequestGroup","status":"active","intent":"plan","action":[{"title":"t","resource":{"reference":"Goal/h"}}]})",
       R"({"resourceType":"RequestGroup","status":"active","intent":"plan"})"},
      {"lnk-1",
       R"({"resourceType":"Linkage","item":[{"type":"source","resource":{"reference":"Goal/h"}},{"type":"alternate","resource":{"reference":"Goal/a"}}]})",
       ""},
      {"inv-1 of Parameters",
       R"({"resourceType":"Parameters","parameter":[{"name":"a","valueReference":{"reference":"Goal/h"}},{"name":"b","valueString":"s"}]})",
       R"({"resourceType":"Parameters","parameter":[{"name":"b","valueString":"s"}]})"},
  };
  for (const Case& c : cases) check(c, hiding_h());
}

TEST(Redaction, Incidents) {
  const Case cases[] = {
      {"contributors and third parties, contained ones too",
       R"({"resourceType":"AdverseEvent","actuality":"actual","subject":{"reference":"Patient/p"},"recorder":{"reference":"Practitioner/a"},
           "contained":[{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/p"}}],
           "contributor":[{"reference":"Practitioner/b"}],"extension":[{"url":"urn:w","valueReference":{"reference":"RelatedPerson/r"}},
             {"url":"urn:w","valueReference":{"reference":"Patient/p"}},{"url":"urn:w","valueReference":{"reference":"Patient/q"}},
             {"url":"urn:w","valueReference":{"reference":"#r"}},
             {"url":"urn:w","valueReference":{"type":"RelatedPerson","identifier":{"value":"1"}}}]})",
       R"({"resourceType":"AdverseEvent","actuality":"actual","subject":{"reference":"Patient/p"},"recorder":{"reference":"Practitioner/a"},
           "extension":[{"url":"urn:w","valueReference":{"reference":"Patient/p"}}]})"},
      {"another type by its mark",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},"requester":{"reference":"RelatedPerson/r"},
           "meta":{"security":[{"system":"https://handoff.example.org/fhir/CodeSystem/sensitivity","code":"INCIDENT"}]}})",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},
           "meta":{"security":[{"system":"https://handoff.example.org/fhir/CodeSystem/sensitivity","code":"INCIDENT"}]}})"},
      {"without the mark",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},"requester":{"reference":"RelatedPerson/r"}})",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},"requester":{"reference":"RelatedPerson/r"}})"},
  };
  for (const Case& c : cases) {
    check(c, {});
    Redaction internal;
    internal.internal = true;
    check({c.what, c.stored, c.stored}, internal);
  }
}

const std::string stays = R"({"system":"urn:mrn","value":"1"})";
const std::string booking = R"({"system":"https://handoff.example.org/id/booking","value":"B-77"})";

TEST(Redaction, BookingNumbers) {
  const std::string begin =
      R"({"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/p"})";
  const std::string both = begin + ",\"identifier\":[" + booking + "," + stays + "]}";
  const std::string one = begin + ",\"identifier\":[" + stays + "]}";
  const std::string only = begin + ",\"identifier\":[" + booking + "]}";
  const std::string inside =
      R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p","identifier":)" +
      booking +
      R"(},"contained":[{"resourceType":"Group","id":"g","type":"person","actual":true,"identifier":[)" +
      booking + R"(]}],"focus":{"reference":"#g"},"groupIdentifier":)" + booking + "}";
  const std::string outside =
      R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},
      "contained":[{"resourceType":"Group","id":"g","type":"person","actual":true}],"focus":{"reference":"#g"}})";
  const std::string nameless = R"({"resourceType":"Organization","identifier":[)" + booking + "]}";
  for (const bool internal : {false, true}) {
    Redaction redaction;
    redaction.internal = internal;  // it makes no difference: the bookings decide
    check({"one of two", both.c_str(), one.c_str()}, redaction);
    check({"the only one", only.c_str(), (begin + "}").c_str()}, redaction);
    check({"wherever an identifier stands", inside.c_str(), outside.c_str()}, redaction);
    check({"org-1", nameless.c_str(), ""}, redaction);
    redaction.bookings = {"Organization/A"};
    check({"allowed", both.c_str(), both.c_str()}, redaction);
  }
}

std::string marked(std::string element, const std::string& organization) {
  element.pop_back();
  return element +
         R"(,"extension":[{"url":"https://handoff.example.org/fhir/StructureDefinition/discloser","valueReference":{"reference":"Organization/)" +
         organization + "\"}}]}";
}

TEST(Redaction, PatientsAsTheirDisclosersGaveThem) {
  const std::string begin = R"({"resourceType":"Patient","id":"p","meta":{"versionId":"3"})";
  const std::string stored =
      begin +
      R"(,"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},"identifier":[)" +
      marked(booking, "A") + "," + marked(booking, "B") + "," + marked(stays, "A") + "]}";
  struct Seen {
    std::vector<std::string> disclosers, bookings;
    std::string left;
  };
  const Seen cases[] = {
      {{"Organization/A"}, {}, begin + ",\"identifier\":[" + stays + "]}"},
      {{"Organization/A"}, {"Organization/A"}, begin + ",\"identifier\":[" + booking + "," + stays + "]}"},
      {{"Organization/A", "Organization/B"},
       {"Organization/B"},
       begin + ",\"identifier\":[" + booking + "," + stays + "]}"},
      {{"Organization/B"}, {"Organization/A"}, begin + "}"},
      {{}, {}, begin + "}"},
  };
  for (const Seen& c : cases) {
    Redaction redaction;
    redaction.disclosers = c.disclosers;
    redaction.bookings = c.bookings;
    check({"patient", stored.c_str(), c.left.c_str()}, redaction);
  }
  json::Arena arena;
  const auto unknown = json::parse(R"({"resourceType":"Unheard"})");
  EXPECT_FALSE(redact(arena, unknown->root(), {}, r4()));
}

// The published cases that redact one resource. The paths that must go tell what must be hidden. What is left
// must be the input without exactly these paths.
class Expected {
 public:
  Expected(json::Arena& arena, json::Value resource, json::Value paths) : arena_(arena) {
    for (const json::Value path : paths.items()) paths_.emplace(path.text());
    left = without(resource, std::string(resource["resourceType"].text()));
  }
  json::Value left;
  std::set<std::string> hidden;

 private:
  json::Value without(json::Value value, const std::string& path) {
    if (paths_.contains(path)) {
      collect(value);
      return {};
    }
    if (value.is_array()) {
      std::vector<json::Value> items;
      for (std::size_t i = 0; i < value.size(); ++i)
        if (const auto item = without(value.at(i), path + "[" + std::to_string(i) + "]"))
          items.push_back(item);
      return items.empty() ? json::Value{} : arena_.array(items);
    }
    if (!value.is_object()) return value;
    std::vector<json::Member> members;
    for (const json::Member& member : value.members())
      if (const auto kept = without(member.value, path + "." + std::string(member.key)))
        members.push_back({member.key, kept});
    return members.empty() ? json::Value{} : arena_.object(members);
  }
  void collect(json::Value value) {
    if (value["reference"].is_string()) hidden.emplace(value["reference"].text());
    for (const json::Member& member : value.members()) collect(member.value);
  }

  json::Arena& arena_;
  std::set<std::string> paths_;
};

TEST(Redaction, PublishedCases) {
  std::ifstream in(shared_folder() / "consent/cases.jsonl");
  if (!in) GTEST_SKIP() << "the published consent cases are not here";
  int fed = 0;
  for (std::string text; std::getline(in, text);) {
    const auto line = json::parse(text);
    ASSERT_TRUE(line);
    const json::Value expect = line->root()["expect"], resource = line->root()["resource"];
    if (expect["decision"].text() != "redact" || resource["resourceType"].text() == "Bundle") continue;
    json::Arena arena;
    const Expected expected(arena, resource, expect["redacted_paths"]);
    Redaction redaction;
    redaction.hides = [&](std::string_view reference) {
      return expected.hidden.contains(std::string(reference));
    };
    const auto left = redact(arena, resource, redaction, r4());
    ASSERT_TRUE(left) << line->root()["id"].text();
    EXPECT_TRUE(json::equal(*left, expected.left)) << line->root()["id"].text() << json::write(*left);
    ++fed;
  }
  EXPECT_GE(fed, 2);
}

// Another Patient is hidden like anything else. The resource's own Patient is never hidden.
TEST(Redaction, OtherPatients) {
  Redaction redaction;
  redaction.hides = [](std::string_view reference) { return reference != "Patient/seen"; };
  const Case cases[] = {
      {"a focus",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},"focus":{"reference":"Patient/h","display":"Ana"}})",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"}})"},
      {"one that is seen",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},"focus":{"reference":"Patient/seen"}})",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/p"},"focus":{"reference":"Patient/seen"}})"},
      {"a whole URL of a version",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"https://h/fhir/Patient/p/_history/2"},"focus":{"reference":"https://h/fhir/Patient/h/_history/2"}})",
       R"({"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"https://h/fhir/Patient/p/_history/2"}})"},
      {"an extension and an identifier go with it",
       R"({"resourceType":"Goal","extension":[{"url":"urn:x","valueReference":{"reference":"Patient/h"}}],"lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"},"expressedBy":{"reference":"Patient/h","identifier":{"value":"7"}}})",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"}})"},
      {"the backbone element that needs it",
       R"({"resourceType":"AuditEvent","type":{"code":"x"},"recorded":"2024-01-01T00:00:00Z","agent":[{"requestor":true}],"source":{"observer":{"display":"x"}},"entity":[{"what":{"reference":"Patient/h"},"name":"x"}]})",
       R"({"resourceType":"AuditEvent","type":{"code":"x"},"recorded":"2024-01-01T00:00:00Z","agent":[{"requestor":true}],"source":{"observer":{"display":"x"}},"entity":[{"name":"x"}]})"},
      {"a link to another record of a person",
       R"({"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/p"},"entry":[{"item":{"reference":"Patient/h"},"deleted":false}]})",
       R"({"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/p"}})"},
      {"the root",
       R"({"resourceType":"MeasureReport","status":"complete","type":"individual","measure":"http://m","period":{"start":"2024"},"subject":{"reference":"Patient/p"}})",
       R"({"resourceType":"MeasureReport","status":"complete","type":"individual","measure":"http://m","period":{"start":"2024"},"subject":{"reference":"Patient/p"}})"},
  };
  for (const Case& c : cases) check(c, redaction);
  // Only the store knows the patient of a Provenance.
  redaction.patient = "Patient/p"_ref;
  const Case of_provenance = {
      "targets",
      R"({"resourceType":"Provenance","target":[{"reference":"Goal/x"},{"reference":"Patient/p"},{"reference":"Patient/h"}],"recorded":"2024-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]})",
      R"({"resourceType":"Provenance","target":[{"reference":"Patient/p"}],"recorded":"2024-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]})"};
  check(of_provenance, redaction);
  redaction.patient = "Patient/q"_ref;
  const Case nothing_left = {
      "no target left",
      R"({"resourceType":"Provenance","target":[{"reference":"Patient/p"}],"recorded":"2024-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]})",
      ""};
  check(nothing_left, redaction);
}

// The file and row that a record came from, and numbers of consents anywhere except on the consents.
TEST(Redaction, WhatDisclosersKeepToThemselves) {
  const Case cases[] = {
      {"the source of a record",
       R"({"resourceType":"Provenance","extension":[{"url":"https://handoff.example.org/fhir/StructureDefinition/mapping","valueString":"vendor/consents 1.0.0"}],"target":[{"reference":"Patient/p"}],"recorded":"2024-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}],"entity":[{"role":"source","what":{"identifier":{"system":"https://handoff.example.org/id/source-record","value":"ab#27"},"display":"consents.jsonl"}},{"role":"source","what":{"display":"y"}}]})",
       R"({"resourceType":"Provenance","target":[{"reference":"Patient/p"}],"recorded":"2024-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}],"entity":[{"role":"source","what":{"display":"y"}}]})"},
      {"the number of a consent",
       R"({"resourceType":"RelatedPerson","identifier":[{"system":"https://handoff.example.org/id/consent","value":"CN-1-guardian"},{"value":"7"}],"patient":{"reference":"Patient/p"}})",
       R"({"resourceType":"RelatedPerson","identifier":[{"value":"7"}],"patient":{"reference":"Patient/p"}})"},
      {"a reference by it",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"},"addresses":[{"identifier":{"system":"https://handoff.example.org/id/consent","value":"CN-1"},"display":"CN-1"}]})",
       R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"},"subject":{"reference":"Patient/p"}})"},
  };
  for (const Case& c : cases) {
    check(c, hiding_h());
    const Case own = {c.what, c.stored, c.stored};
    Redaction internal;
    internal.internal = true;
    check(own, internal);
  }
}

// Section 8 leaves the content of meta. The server removes references there, because they reveal as much.
TEST(Redaction, ReferencesInMetaWhereTheServerAsks) {
  const auto stored = json::parse(
      R"({"resourceType":"Condition","id":"c","meta":{"security":[{"system":"urn:s","code":"x","extension":
      [{"url":"urn:e","valueReference":{"reference":"Goal/h","display":"told"}}]}],"tag":[{"code":"t"}],
      "extension":[{"url":"urn:e","valueReference":{"reference":"Goal/h","display":"told"}}]},"subject":{"reference":"Patient/p"}})");
  ASSERT_TRUE(stored);
  json::Arena arena;
  Redaction redaction;
  redaction.hides = [](std::string_view reference) { return reference == "Goal/h"; };
  for (const bool with_meta : {false, true}) {
    redaction.with_meta = with_meta;
    const auto left = redact(arena, stored->root(), redaction, fhir::Definitions::r4());
    ASSERT_TRUE(left);
    EXPECT_EQ(json::write(*left).find("told") == std::string::npos, with_meta);
    EXPECT_EQ((*left)["meta"]["security"].at(0)["code"].text(), "x");
  }
}

}  // namespace
}  // namespace handoff::consent
