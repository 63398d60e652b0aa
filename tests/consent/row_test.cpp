// What the decision knows about a resource, read from the resource.
#include <gtest/gtest.h>

#include "../fhir_names.h"
#include "consent/contributions.h"
#include "consent/redaction.h"
#include "consent/verdict.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

TEST(Row, AsksWhereRedactionMayLeaveNothing) {
  struct Case {
    const char* resource;
    bool asks;
  };
  const Case cases[] = {
      {R"({"resourceType":"Provenance","target":[{"reference":"Goal/a"},{"reference":"Goal/b"}],"recorded":"2026-01-01T00:00:00Z",
           "agent":[{"who":{"reference":"Organization/a"}}]})",
       true},
      {R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/p"},
           "medicationReference":{"reference":"Medication/a"}})",
       true},
      {R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/p"},
           "medicationReference":{"reference":"#m"},"contained":[{"resourceType":"Medication","id":"m"}]})",
       false},
      {R"({"resourceType":"Claim","status":"active","patient":{"reference":"Patient/p"},
           "insurance":[{"sequence":1,"focal":true,"coverage":{"reference":"Coverage/a"}}]})",
       true},
      {R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"},
           "diagnosis":[{"condition":{"reference":"Condition/a"}}]})",
       false},
      {R"({"resourceType":"Appointment","status":"proposed","participant":[{"actor":{"reference":"RelatedPerson/r"},"status":"accepted"}]})",
       true},
      {R"({"resourceType":"Appointment","status":"proposed","participant":[{"actor":{"reference":"Patient/p"},"status":"accepted"}]})",
       false},
      {R"({"resourceType":"Organization","identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-7"}]})",
       true},
      {R"({"resourceType":"Composition","status":"final","type":{"text":"t"},"date":"2026-01-01","title":"T",
           "author":[{"reference":"Organization/a"}],"section":[{"entry":[{"reference":"Goal/a"}]}]})",
       false},
      {R"({"resourceType":"Patient","id":"p"})", false},
      {R"({"resourceType":"Unheard"})", false},
  };
  for (const Case& c : cases) {
    const auto parsed = json::parse(c.resource);
    ASSERT_TRUE(parsed) << c.resource;
    const std::string_view disclosers[] = {"ORG-A"};
    const Row row = make_row(parsed->root(), "Patient/p"_ref, disclosers);
    json::Arena arena;
    EXPECT_EQ(at_worst(arena, parsed->root(), {}, fhir::Definitions::r4()).all, c.asks) << c.resource;
    EXPECT_EQ(row.type, parsed->root()["resourceType"].text());
    EXPECT_EQ(row.disclosers, std::vector<std::string>{"Organization/ORG-A"});
  }
}

// A detoxification unit and a jail know the same person. The label from the unit's posture does not leave
// with the jail's part.
TEST(Row, APatientIsLabelledForEachThatContributed) {
  json::Arena arena;
  const auto parsed = json::parse(R"({"resourceType":"Patient","id":"p"})");
  Labels plain, part2;
  part2.confidentiality = 'R';
  part2.regimes = {"42CFRPart2"};
  json::Value patient = with_marked_labels(arena, parsed->root(), plain, "Organization/JAIL");
  patient = with_marked_labels(arena, patient, part2, "Organization/UNIT");
  patient = with_marked_labels(arena, patient, part2, "Organization/UNIT");
  EXPECT_EQ(patient["meta"]["security"].size(), 3u) << "each once";
  const std::string_view disclosers[] = {"JAIL", "UNIT"};
  const Row row = make_row(patient, "Patient/p"_ref, disclosers);
  EXPECT_EQ(row.labels, part2);
  EXPECT_EQ(row.own.at("Organization/JAIL"), plain);
  EXPECT_EQ(row.own.count("Organization/UNIT"), 0u);
  const std::string jail[] = {"Organization/JAIL"}, both[] = {"Organization/JAIL", "Organization/UNIT"};
  EXPECT_EQ(json::write(given_by(arena, patient, jail)["meta"]["security"]),
            R"([{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}])");
  EXPECT_EQ(given_by(arena, patient, both)["meta"]["security"].size(), 2u) << "one level, the highest";
  Asker asker{"Organization/UNIT", {}, "TREAT", {}};
  EXPECT_EQ(decide_row(asker, row, {}).disclosers, (std::vector<std::string>{"Organization/UNIT"}));
}

}  // namespace
}  // namespace handoff::consent
