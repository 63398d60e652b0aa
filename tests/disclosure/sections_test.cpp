#include "disclosure/sections.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::disclosure {
namespace {

constexpr consent::Source vendor[] = {{consent::Part2Posture::sud_content}};

json::Value nothing(std::string_view) { return {}; }

// What is left for somebody who may have nothing under 42 CFR Part 2.
json::Value without_part2(json::Arena& arena, json::Value composition) {
  return with_permitted_sections(arena, composition, vendor, nothing,
                                 [](json::Value part) { return !consent::labels_in(part).regimes.contains("42CFRPart2"); });
}

std::vector<std::string> titles(json::Value composition) {
  std::vector<std::string> all;
  for (const json::Value section : composition["section"].items()) all.emplace_back(section["title"].text());
  return all;
}

json::Document composition(const std::string& security) {
  auto parsed = json::parse(R"({"resourceType":"Composition","id":"x","meta":{"versionId":"3","security":[)" + security + R"(]},
      "text":{"status":"generated","div":"<div>all of it</div>"},"subject":{"reference":"Patient/p"},"section":[
        {"title":"Appointments","entry":[{"reference":"Appointment/a"}]},
        {"title":"Aftercare medications","text":{"status":"generated","div":"<div>methadone</div>"}},
        {"title":"Supports","text":{"status":"generated","div":"<div>food pantry</div>"}}]})");
  EXPECT_TRUE(parsed);
  return std::move(*parsed);
}

constexpr const char* computed = R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"},
                                    {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"})";

TEST(Sections, EachStandsForItself) {
  const json::Document whole = composition(computed);
  json::Arena arena;
  const json::Value left = without_part2(arena, whole.root());
  EXPECT_EQ(titles(left), (std::vector<std::string>{"Appointments", "Supports"}));
  EXPECT_EQ(consent::labels_in(left).regimes, std::set<std::string>{}) << "the label went with what gave it";
  EXPECT_EQ(consent::labels_in(left).confidentiality, 'N');
  EXPECT_FALSE(left["text"]) << "the narrative of the whole speaks of every section";
  EXPECT_EQ(left["meta"]["versionId"].text(), "3");
}

TEST(Sections, WhoMayHaveAllHasItAsItIs) {
  const json::Document whole = composition(computed);
  json::Arena arena;
  const json::Value left = with_permitted_sections(arena, whole.root(), vendor, nothing, [](json::Value) { return true; });
  EXPECT_EQ(json::write(left), json::write(whole.root()));
}

TEST(Sections, ALabelThatArrivedStaysOnEveryPart) {
  const json::Document whole = composition(R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"})");
  json::Arena arena;
  std::size_t asked = 0;
  const json::Value left = with_permitted_sections(arena, whole.root(), vendor, nothing, [&](json::Value part) {
    ++asked;
    EXPECT_TRUE(consent::labels_in(part).sensitivities.contains("HIV"));
    return false;
  });
  EXPECT_EQ(asked, 3u);
  EXPECT_EQ(titles(left), std::vector<std::string>{});
  EXPECT_TRUE(consent::labels_in(left).sensitivities.contains("HIV"));
}

}  // namespace
}  // namespace handoff::disclosure
