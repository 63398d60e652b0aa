// When a mapping is loaded, every value of a table is known, and so is whether its element may hold the
// value.
#include "scratch.h"

namespace handoff::mapping {
namespace {

std::string errors_of(const std::string& members, const std::string& unmapped = R"("error")") {
  const Scratch scratch(
      csv_map(R"("id": {}, "c": {"unused": true})", patient(members),
              R"("lookups": {"g": {"file": "lookups/g.csv", "unmapped": )" + unmapped + "}},"));
  scratch.write("lookups/g.csv",
                "code,gender,day,yes,number,url,empty,kind\nM,Male,1990-02-30,Y,1.5,a "
                "b,,home\nF,female,1990-02-03,true,2,urn:x,,hause\n");
  scratch.write("parts/p.json", R"({"gender": "{{ %of }}"})");
  return scratch.errors();
}

void expect_refused(const std::string& members, const std::string& error,
                    const std::string& unmapped = R"("error")") {
  const std::string all = errors_of(members, unmapped);
  EXPECT_NE(all.find(error), std::string::npos) << members << "\n--- instead of " << error << "\n" << all;
}

constexpr std::string_view male = "lookups/g.csv:2:3: \"Male\" is no code of Patient.gender";

TEST(TableValues, AreCodesOfTheElement) {
  expect_refused(R"("gender": "{{ lookup('g', c) }}")", std::string(male));
  EXPECT_EQ(errors_of(R"("gender": "{{ lookup('g', c) }}")").find("female"), std::string::npos)
      << "that one is a code";
  expect_refused(R"("gender": "{{ lookup('g', c, 'gender') }}")", std::string(male));
  expect_refused(R"("telecom": [{"value": "1", "use": "{{ lookup('g', c, 'kind') }}"}])",
                 "lookups/g.csv:3:35: \"hause\" is no code of Patient.telecom.use");
  EXPECT_EQ(errors_of(R"("gender": "{{ lookup('g', c, 'empty') }}")"), "");
}

TEST(TableValues, AreLookedAtWhereverTheyComeFrom) {
  expect_refused(R"("gender": "{{ iif(c.exists(), lookup('g', c), 'unknown') }}")", std::string(male));
  expect_refused(R"("gender": "{{ iif(c.empty(), 'unknown', (lookup('g', c))) }}")", std::string(male));
  expect_refused(R"("gender": "{{ lookup('g', c) | 'unknown' }}")", std::string(male));
  expect_refused(R"("gender": "{{ (lookup('g', c.upper()) | 'unknown').first() }}")", std::string(male));
  expect_refused(R"("{% assign %}": [{"of": "{{ lookup('g', c) }}"}], "gender": "{{ %of }}")",
                 std::string(male));
  expect_refused(R"("{% use %}": "parts/p", "with": {"of": "{{ lookup('g', c) }}"})", std::string(male));
  expect_refused(R"("{% if c.exists() %}": {"gender": "{{ lookup('g', c) }}"})", std::string(male));
}

TEST(TableValues, HaveTheFormOfTheElement) {
  expect_refused(R"("birthDate": "{{ lookup('g', c, 'day') }}")",
                 "lookups/g.csv:2:8: \"1990-02-30\" is not a valid date, the type of Patient.birthDate");
  expect_refused(R"("active": "{{ lookup('g', c, 'yes') }}")",
                 "lookups/g.csv:2:19: \"Y\" is not a valid boolean, the type of Patient.active");
  expect_refused(R"("multipleBirthInteger": "{{ lookup('g', c, 'number') }}")",
                 "lookups/g.csv:2:21: \"1.5\" is not a valid integer, the type of "
                 "Patient.multipleBirthInteger");
  expect_refused(R"("implicitRules": "{{ lookup('g', c, 'url') }}")",
                 "lookups/g.csv:2:25: \"a b\" is not a valid uri, the type of Patient.implicitRules");
  EXPECT_EQ(errors_of(R"("name": [{"text": "{{ lookup('g', c, 'url') }}"}])"), "") << "a string may be any";
}

TEST(TableValues, AlsoWhatStandsInForACode) {
  expect_refused(R"("telecom": [{"value": "1", "use": "{{ lookup('g', c, 'kind') }}"}])",
                 "map.json:1:", R"({"fixed": "none"})");
  expect_refused(R"("telecom": [{"value": "1", "use": "{{ lookup('g', c, 'kind') }}"}])",
                 "\"none\" is no code of Patient.telecom.use", R"({"fixed": "none"})");
}

TEST(TableValues, AndTheWordsOfAnExpression) {
  expect_refused(R"("gender": "{{ iif(c.exists(), 'female', 'girl') }}")",
                 "\"girl\" is no code of Patient.gender");
  expect_refused(R"("gender": "{{ 'man' }}")", "\"man\" is no code of Patient.gender");
  expect_refused(R"("birthDate": "1990-02-30")",
                 "\"1990-02-30\" is not a valid date, the type of Patient.birthDate");
  EXPECT_EQ(errors_of(R"("gender": "{{ iif(c = 'girl', 'female', 'other') }}")"), "")
      << "what is compared is no result";
}

TEST(TableValues, AndWhatAColumnMayHold) {
  const auto errors = [](const std::string& column) {
    const Scratch scratch(csv_map(R"("id": {}, "c": )" + column, patient(R"("gender": "{{ c }}")"),
                                  R"("lookups": {"g": {"file": "lookups/g.csv", "unmapped": "error"}},)"));
    scratch.write("lookups/g.csv", "code,gender\nM,male\nfemale,female\n");
    return scratch.errors();
  };
  EXPECT_NE(errors(R"({"oneOf": ["female", "W"]})").find("\"W\" is no code of Patient.gender"),
            std::string::npos);
  EXPECT_NE(errors(R"({"lookup": "g"})").find("lookups/g.csv:2:1: \"M\" is no code of Patient.gender"),
            std::string::npos);
  EXPECT_EQ(errors(R"({"oneOf": ["female", "male"]})"), "");
}

TEST(TableValues, OfAColumnOnlyWhereNothingKeepsThemOut) {
  const auto errors = [](const std::string& produced) {
    return Scratch(csv_map(R"("id": {}, "c": {"oneOf": ["female", "U"]})",
                           R"("p": {"key": ["urn:x", "{{ id }}"], )" + produced + "}"))
        .errors();
  };
  const std::string gender = R"("resource": {"resourceType": "Patient", "gender": "{{ c }}"})";
  EXPECT_NE(errors(gender).find("\"U\" is no code of Patient.gender"), std::string::npos);
  EXPECT_EQ(errors(R"("when": "c != 'U'", )" + gender), "");
  EXPECT_EQ(errors(R"("require": [{"that": "c != 'U'", "say": "no"}], )" + gender), "");
  EXPECT_EQ(errors(R"("resource": {"resourceType": "Patient", "{% if c != 'U' %}": {"gender": "{{ c }}"}})"),
            "");
  EXPECT_EQ(errors(R"("resource": {"resourceType": "Patient", "gender": "{{ iif(c != 'U', c) }}"})"), "");
}

std::string condition(const std::string& concept_members) {
  return errors_of(
      R"("contact": [{"gender": "male"}]}}, "c": {"key": ["urn:c", "{{ id }}"], "resource": {"resourceType": "Condition", "subject": "@patient",
    "clinicalStatus": {)" +
      concept_members + "}");
}

TEST(TableValues, AreCodesOfConceptsToo) {
  const std::string system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
  const std::string hause =
      "lookups/g.csv:3:35: \"hause\" is no code of Condition.clinicalStatus.coding.code";
  EXPECT_NE(condition(R"("coding": [{"code": "actve"}])")
                .find("\"actve\" is no code of Condition.clinicalStatus.coding.code"),
            std::string::npos);
  EXPECT_NE(condition(R"("coding": [{"code": "{{ lookup('g', c, 'kind') }}"}])").find(hause),
            std::string::npos);
  EXPECT_NE(condition(R"("coding": ["{{ coding(')" + system + R"(', lookup('g', c, 'kind')) }}"])")
                .find("\"hause\" is no code of Condition.clinicalStatus"),
            std::string::npos);
  EXPECT_NE(
      condition(R"("coding": ["{{ coding(')" + system + R"(', 'actve') }}"])").find("\"actve\" is no code"),
      std::string::npos);
  EXPECT_EQ(condition(R"("coding": [{"system": ")" + system + R"(", "code": "active"}])"), "");
  EXPECT_EQ(condition(R"("coding": [{"system": ")" + system +
                      R"(", "code": "active"}, {"system": "urn:local", "code": "A"}])"),
            "")
      << "one of several is enough";
}

TEST(TableValues, AreReferencesAndDisclosers) {
  const std::string members =
      R"("managingOrganization": {"reference": "Organization/{{ lookup('g', c, 'url') }}"})";
  expect_refused(members,
                 "lookups/g.csv:2:25: \"a b\" has white space, which Patient.managingOrganization.reference "
                 "may not have");
  const Scratch scratch(csv_map(
      R"("id": {}, "c": {})", patient(""),
      R"("discloser": "{{ lookup('g', c) }}", "lookups": {"g": {"file": "lookups/g.csv", "unmapped": "error"}},)"));
  scratch.write("lookups/g.csv", "code,organization\na,ORG-A\nb,\"Advocates, Inc.\"\nc,Organization/ORG-C\n");
  EXPECT_EQ(scratch.errors(), "lookups/g.csv:3:3: \"Advocates, Inc.\" is not the id of an organization\n");
}

}  // namespace
}  // namespace handoff::mapping
