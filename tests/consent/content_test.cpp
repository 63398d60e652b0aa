#include "consent/content.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::consent {
namespace {

bool speaks_of_hiv(const std::string& members) {
  const auto parsed = json::parse("{" + members + "}");
  EXPECT_TRUE(parsed) << members;
  const json::Value resources[] = {parsed->root()};
  return holds_hiv(resources);
}

std::string coding(const std::string& system, const std::string& code) {
  return R"("code":{"coding":[{"system":"x","code":"y"},{"system":")" + system + R"(","code":")" + code +
         "\"}]}";
}

TEST(Content, CodesOfHivAreFoundHoweverTheyAreWritten) {
  const std::string icd = "http://hl7.org/fhir/sid/icd-10-cm", icd_oid = "urn:oid:2.16.840.1.113883.6.90";
  for (const char* code : {"B20", "b20", "Z21", "R75", "O98.7", "O98.711", "o9871", "B97.35", "B9735"}) {
    EXPECT_TRUE(speaks_of_hiv(coding(icd, code))) << code;
    EXPECT_TRUE(speaks_of_hiv(R"("contained":[{"item":[{)" + coding(icd_oid, code) + "}]}]")) << code;
    EXPECT_FALSE(speaks_of_hiv(coding("urn:other", code))) << code;
    EXPECT_FALSE(speaks_of_hiv(R"("meta":{"security":[{"system":")" + icd + R"(","code":")" + code + "\"}]}"))
        << code;
  }
  for (const char* code : {"B2", "B97.3", "O98", "Z20.6", "F33.1", ""})
    EXPECT_FALSE(speaks_of_hiv(coding(icd, code))) << code;
  EXPECT_TRUE(speaks_of_hiv(coding("http://snomed.info/sct", "86406008")));
  EXPECT_TRUE(speaks_of_hiv(coding("http://loinc.org", "20447-9")));
  EXPECT_FALSE(speaks_of_hiv(coding("http://loinc.org", "86406008")));
}

TEST(Content, WordsCountWhereSomebodyReadsThem) {
  const std::string speaking[] = {
      R"("title":"hiv care")",
      R"("description":{"text":"Attend the (HIV) clinic"})",
      R"("note":[{"text":"takes antiretroviral drugs"}])",
      R"("code":{"coding":[{"display":"HIV-1 infection"}]})",
      R"("text":{"div":"<div><p>Hiv</p></div>"})",
  };
  for (const std::string& members : speaking) EXPECT_TRUE(speaks_of_hiv(members)) << members;
  const std::string silent[] = {
      R"("title":"Shivering, archive HIVE")", R"("id":"hiv")", R"("subject":{"display":"HIV"})",
      R"("title":"antiretrovirals2")",        R"("title":"")", R"("text":7)"};
  for (const std::string& members : silent) EXPECT_FALSE(speaks_of_hiv(members)) << members;
}

TEST(Content, AnyOfTheResourcesCounts) {
  const auto first = json::parse("{}"),
             second = json::parse("{" + coding("http://hl7.org/fhir/sid/icd-10-cm", "Z21") + "}");
  const json::Value both[] = {first->root(), {}, second->root()};
  EXPECT_TRUE(holds_hiv(both));
  EXPECT_FALSE(holds_hiv(std::span(both, 2)));
  EXPECT_FALSE(holds_hiv({}));
}

}  // namespace
}  // namespace handoff::consent
