#include <gtest/gtest.h>

#include "consent/contributions.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

std::string mark(const std::string& organization) {
  return R"({"url":"https://handoff.example.org/fhir/StructureDefinition/discloser","valueReference":{"reference":"Organization/)" +
         organization + "\"}}";
}

std::string seen_by(const std::string& discloser, const std::string& members) {
  const auto parsed = json::parse(R"({"resourceType":"Patient","id":"p1",)" + members + "}");
  EXPECT_TRUE(parsed) << members;
  json::Arena arena;
  const std::string disclosers[] = {"Organization/" + discloser};
  const std::string all = json::write(given_by(arena, parsed->root(), disclosers));
  const std::string begin = R"({"resourceType":"Patient","id":"p1")";
  EXPECT_TRUE(all.starts_with(begin)) << all;
  return all.substr(begin.size());
}

TEST(PatientView, OnlyWhatTheDiscloserGaveAndNoMarks) {
  const std::string a = mark("A"), b = mark("B"), other = R"({"url":"urn:x","valueString":"kept"})";
  struct Case {
    std::string stored, seen;
  };
  const Case cases[] = {
      {R"("identifier":[{"value":"1","extension":[)" + a + R"(]},{"value":"2","extension":[)" + b + "]}]",
       R"(,"identifier":[{"value":"1"}]})"},
      {R"("identifier":[{"value":"1","extension":[)" + b + "," + a + "]}]",
       R"(,"identifier":[{"value":"1"}]})"},
      {R"("identifier":[{"value":"2","extension":[)" + b + "]}]", "}"},
      {R"("name":[{"family":"R","extension":[)" + other + "," + a + "]}]",
       R"(,"name":[{"family":"R","extension":[)" + other + "]}]}"},
      {R"("birthDate":"1990-01-01","_birthDate":{"extension":[)" + a + "]}", R"(,"birthDate":"1990-01-01"})"},
      {R"("birthDate":"1990-01-01","_birthDate":{"extension":[)" + b + "]}", "}"},
      {R"("birthDate":"1990-01-01","_birthDate":{"extension":[)" + b + "," + other + "]}", "}"},
      {R"("deceasedBoolean":true,"_deceasedBoolean":{"extension":[)" + b + "]}", "}"},
      {R"("maritalStatus":{"text":"m","extension":[)" + b + "]}", "}"},
      {R"("maritalStatus":{"text":"m","extension":[)" + a + "]}", R"(,"maritalStatus":{"text":"m"}})"},
      {R"("extension":[{"url":"urn:v","valueBoolean":true,"_valueBoolean":{"extension":[)" + a + "]}}]",
       R"(,"extension":[{"url":"urn:v","valueBoolean":true}]})"},
      {R"("extension":[{"url":"urn:v","valueBoolean":true,"_valueBoolean":{"extension":[)" + b + "]}}]", "}"},
      {R"("extension":[{"url":"urn:v","valueDate":"2024","_valueDate":{"id":"d","extension":[)" + a + "]}}]",
       R"(,"extension":[{"url":"urn:v","valueDate":"2024","_valueDate":{"id":"d"}}]})"},
      {R"("modifierExtension":[{"url":"urn:v","valueCoding":{"code":"c","extension":[)" + other + "," + a +
           "]}}]",
       R"(,"modifierExtension":[{"url":"urn:v","valueCoding":{"code":"c","extension":[)" + other + "]}}]}"},
      {R"("extension":[{"url":"urn:v","extension":[)" + other + "," + a + "]}]",
       R"(,"extension":[{"url":"urn:v","extension":[)" + other + "]}]}"},
      // A mark does not belong there.
      {R"("extension":[{"url":"urn:v","valueBoolean":true,"extension":[)" + a + "]}]", "}"},
      {R"("photo":[{"url":"urn:p","title":"t","extension":[)" + a + "]}]",
       R"(,"photo":[{"url":"urn:p","title":"t"}]})"},
      {R"("gender":"female")", "}"},  // no mark, so nobody releases it
      {R"("text":{"status":"generated","div":"B-77"},"meta":{"versionId":"3","security":[{"code":"R"}]})",
       R"(,"meta":{"versionId":"3","security":[{"code":"R"}]}})"},
      {R"("meta":{"profile":["urn:b","urn:a"],"_profile":[{"extension":[)" + b + R"(]},{"extension":[)" + a +
           "]}]}",
       R"(,"meta":{"profile":["urn:a"]}})"},
      {R"("meta":{"profile":["urn:b"],"_profile":[{"extension":[)" + b + "]}]}", "}"},
      {R"("meta":{"profile":["urn:w","urn:b"],"_profile":[null,{"extension":[)" + b + "]}]}",
       R"(,"meta":{"profile":["urn:w"]}})"},  // claimed of the whole
  };
  for (const Case& c : cases) EXPECT_EQ(seen_by("A", c.stored), c.seen) << c.stored;
  EXPECT_EQ(seen_by("C", cases[1].stored), "}") << "somebody else gets nothing of theirs";
  EXPECT_EQ(seen_by("", cases[1].stored), "}");
}

}  // namespace
}  // namespace handoff::consent
