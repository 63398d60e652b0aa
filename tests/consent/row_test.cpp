// What the decision knows of a resource, read from it.
#include <gtest/gtest.h>

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
      {R"({"resourceType":"Organization","identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-7"}]})", true},
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
    const Row row = make_row(parsed->root(), "Patient/p", disclosers, fhir::Definitions::r4());
    EXPECT_EQ(row.asks, c.asks) << c.resource;
    EXPECT_EQ(row.type, parsed->root()["resourceType"].text());
    EXPECT_EQ(row.disclosers, std::vector<std::string>{"Organization/ORG-A"});
  }
}

}  // namespace
}  // namespace handoff::consent
