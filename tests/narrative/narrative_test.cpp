#include "narrative/narrative.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::narrative {
namespace {

struct Case {
  const char* resource;
  const char* body;  // inside the div
};

// What a reader sees at a glance: who or what it is, its state, and when.
const Case cases[] = {
    {R"({"resourceType":"Goal","id":"g","meta":{"versionId":"3"},"lifecycleStatus":"active","achievementStatus":{"coding":[{"code":
      "in-progress"}]},"description":{"text":"Keep stable housing"},"subject":{"reference":"Patient/p","display":"Ana"},
      "startDate":"2024-05-01","target":[{"dueDate":"2024-06-30"}]})",
     "<p><b>Goal</b>: Keep stable housing</p><ul><li>Status: active; in progress</li><li>Since: May 1, "
     "2024</li>"
     "<li>Target date: June 30, 2024</li></ul>"},
    {R"({"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F33.1"}]},
      "clinicalStatus":{"coding":[{"code":"active"}]},"recordedDate":"2024-05"})",
     "<p><b>Condition</b>: F33.1</p><ul><li>Status: active</li><li>Recorded: May 2024</li></ul>"},
    {R"({"resourceType":"Condition","code":{"coding":[{"code":"F33.1"},{"display":"Recurrent depression"}]}})",
     "<p><b>Condition</b>: Recurrent depression</p>"},
    {R"({"resourceType":"CarePlan","status":"active","intent":"plan","title":"Support plan","created":"2024-05-01",
      "period":{"start":"2024-05-01"},"author":{"reference":"Organization/o"},"addresses":[{"reference":"Condition/c",
      "display":"Opioid dependence"}],"goal":[{"reference":"Goal/g","display":"Stop"}],
      "activity":[{"reference":{"reference":"MedicationRequest/m","display":"methadone"}}]})",
     "<p><b>Plan</b>: Support plan</p><ul><li>Status: active</li><li>In force: from May 1, "
     "2024</li><li>Written: May 1, 2024</li></ul>"},
    {R"({"resourceType":"CarePlan","category":[{"coding":[{"code":"crisis-plan"}]}]})",
     "<p><b>Plan</b>: crisis plan</p>"},
    {R"({"resourceType":"Patient","identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-77"}],
      "name":[{"family":"Rivera","given":["Ana","M"]},{"text":"Ann Rivera"}],"birthDate":"1990-02-03","gender":"female",
      "telecom":[{"system":"phone","value":"617-555-0100"},{"system":"email","value":"a@b.org"}],
      "address":[{"city":"Lynn","state":"MA"}],"communication":[{"language":{"coding":[{"code":"es"}]}}]})",
     "<p><b>Person</b>: Ana M Rivera</p><ul><li>Also known as: Ann Rivera</li><li>Born: February 3, "
     "1990</li><li>Sex: female</li>"
     "<li>Telephone: 617-555-0100</li><li>Language: es</li><li>Lives in: Lynn, MA</li></ul>"},
    {R"({"resourceType":"Encounter","status":"finished","class":{"code":"EMER"},"period":{"start":"2024-05-01T14:00:00Z",
      "end":"2024-05-01T16:30:00Z"}})",
     "<p><b>Visit</b>: emergency</p><ul><li>Status: finished</li><li>When: from May 1, 2024, 10:00 Eastern "
     "time to May 1, 2024, 12:30 "
     "Eastern time</li></ul>"},
    {R"({"resourceType":"Appointment","status":"proposed","requestedPeriod":[{"start":"2024-05-20","end":"2024-05-20"}],"participant":[
      {"actor":{"reference":"Patient/p","display":"Ana"}},{"actor":{"reference":"HealthcareService/h","display":"Counseling"}}]})",
     "<p><b>Appointment</b></p><ul><li>Status: proposed</li><li>When: May 20, 2024</li><li>With: "
     "Counseling</li></ul>"},
    {R"({"resourceType":"CareTeam","name":"Program team","status":"active","participant":[{"role":[{"coding":[{"code":"navigator"}]}],
      "member":{"display":"Lee Park"}},{"role":[{"coding":[{"code":"pcp","display":"Primary care provider"}]}],
      "member":{"reference":"Organization/o"}}]})",
     "<p><b>Care team</b>: Program team</p><ul><li>Status: active</li><li>Members: navigator: Lee Park; "
     "Primary care provider</li></ul>"},
    {R"({"resourceType":"ServiceRequest","status":"active","intent":"order","code":{"text":"Behavioral health supports"},
      "authoredOn":"2024-05-01","requester":{"display":"Court clinic"},"note":[{"text":"a long story"}]})",
     "<p><b>Request</b>: Behavioral health supports</p><ul><li>Status: active</li><li>Asked for on: May 1, "
     "2024</li>"
     "<li>Asked for by: Court clinic</li></ul>"},
    {R"({"resourceType":"Task","status":"requested","intent":"order","code":{"coding":[{"code":"fulfill"}]},"authoredOn":"2024-05-01",
      "restriction":{"period":{"end":"2024-05-03"}}})",
     "<p><b>Task</b>: fulfill</p><ul><li>Status: requested</li><li>Asked for on: May 1, 2024</li><li>Due: "
     "May 3, 2024</li></ul>"},
    {R"({"resourceType":"Consent","status":"active","dateTime":"2024-01-10","organization":[{"reference":"Organization/o"}],"provision":
      {"type":"permit","period":{"start":"2024-01-10","end":"2024-06-30"},"purpose":[{"code":"TREAT"},{"code":"HMARKT"}],
      "securityLabel":[{"code":"HIV"}],"actor":[{"reference":{"reference":"Organization/x","display":"Primary care"}}]}})",
     "<p><b>Consent</b>: permits disclosure</p><ul><li>Status: active</li><li>Given on: January 10, "
     "2024</li><li>In force: from January "
     "10, 2024 to June 30, 2024</li><li>For: treatment; HMARKT</li><li>To: Primary care</li></ul>"},
    {R"({"resourceType":"MedicationRequest","status":"active","medicationCodeableConcept":{"text":"sertraline 50 mg"},
      "dosageInstruction":[{"text":"one a day"}]})",
     "<p><b>Medication</b>: sertraline 50 mg</p><ul><li>Status: active</li><li>Dose: one a day</li></ul>"},
    {R"({"resourceType":"EpisodeOfCare","status":"active","type":[{"coding":[{"display":"BH-JI"}]}],"period":{"start":"2024"}})",
     "<p><b>Enrolment</b>: BH-JI</p><ul><li>Status: active</li><li>When: from 2024</li></ul>"},
    {R"({"resourceType":"Goal"})", "<p><b>Goal</b></p>"},
    {R"({"resourceType":"Goal","description":{"text":"<script>\u0001&\"x\""}})",
     "<p><b>Goal</b>: &lt;script&gt; &amp;\"x\"</p>"},
    {R"({"resourceType":"Goal","startDate":"next & week"})",
     "<p><b>Goal</b></p><ul><li>Since: next &amp; week</li></ul>"},
    {R"({"resourceType":"Goal","description":7,"target":"x","lifecycleStatus":[]})", "<p><b>Goal</b></p>"},
};

TEST(Narrative, SaysAtAGlanceWhatAResourceIs) {
  for (const Case& c : cases) {
    const auto parsed = json::parse(c.resource);
    ASSERT_TRUE(parsed) << c.resource;
    EXPECT_EQ(div_of(parsed->root()),
              std::string("<div xmlns=\"http://www.w3.org/1999/xhtml\">") + c.body + "</div>");
  }
}

TEST(Narrative, OtherTypesHaveNone) {
  const auto parsed = json::parse(R"({"resourceType":"Binary"})");
  json::Arena arena;
  EXPECT_EQ(div_of(parsed->root()), "");
  EXPECT_FALSE(tells("Binary"));
  EXPECT_TRUE(tells("Goal"));
  EXPECT_EQ(with_text(arena, parsed->root()).storage(), parsed->root().storage());
}

TEST(Narrative, KnowsItsOwnText) {
  const auto parsed =
      json::parse(R"({"resourceType":"Goal","description":{"text":"x"},"id":"g","text":{"status":"empty"}})");
  json::Arena arena;
  const json::Value told = with_text(arena, parsed->root());
  EXPECT_EQ(
      json::write(told),
      R"({"resourceType":"Goal","id":"g","text":{"status":"generated","div":)"
      R"("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>Goal</b>: x</p></div>"},"description":{"text":"x"}})");
  EXPECT_TRUE(has_own_text(told));
  EXPECT_FALSE(has_own_text(parsed->root()));
  const json::Value other = json::with_member(arena, told, "description", {});
  EXPECT_FALSE(has_own_text(other)) << "it speaks of what is gone";
}

TEST(Narrative, NeitherMetaNorIdsNorTheTextChangeIt) {
  const auto a = json::parse(R"({"resourceType":"Goal","description":{"text":"x"}})");
  const auto b =
      json::parse(R"({"resourceType":"Goal","id":"g","meta":{"security":[{"display":"y"}]},"text":{"div":"z"},
    "identifier":[{"value":"n"}],"description":{"text":"x"}})");
  EXPECT_EQ(div_of(a->root()), div_of(b->root()));
}

TEST(Narrative, CutsWhatIsVeryLongBetweenCharacters) {
  std::string text = "x";
  while (text.size() < 10'000) text += "é";
  const auto parsed = json::parse(R"({"resourceType":"Goal","description":{"text":")" + text + "\"}}");
  const std::string div = div_of(parsed->root());
  EXPECT_LT(div.size(), 4'200u);
  EXPECT_NE(div.find("é…</p>"), div.npos);
}

}  // namespace
}  // namespace handoff::narrative
