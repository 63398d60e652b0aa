#include "disclosure/sections.h"

#include <gtest/gtest.h>

#include "json/document.h"

namespace handoff::disclosure {
namespace {

const SectionLabels vendor{{{consent::Part2Posture::sud_content}},
                           [](std::string_view) { return json::Value{}; }};

// What is left for a recipient that may have nothing under 42 CFR Part 2.
json::Value without_part2(json::Arena& arena, json::Value composition) {
  return with_permitted_sections(arena, composition, vendor, [](json::Value part) {
    return !consent::labels_in(part).regimes.contains("42CFRPart2");
  });
}

std::vector<std::string> titles(json::Value composition) {
  std::vector<std::string> all;
  for (const json::Value section : composition["section"].items()) all.emplace_back(section["title"].text());
  return all;
}

json::Document composition(const std::string& security) {
  auto parsed = json::parse(R"({"resourceType":"Composition","id":"x","meta":{"versionId":"3","security":[)" +
                            security + R"(]},
      "text":{"status":"generated","div":"<div>all of it</div>"},"subject":{"reference":"Patient/p"},"section":[
        {"title":"Appointments","entry":[{"reference":"Appointment/a"}]},
        {"title":"Aftercare medications","text":{"status":"generated","div":"<div>methadone</div>"}},
        {"title":"Supports","text":{"status":"generated","div":"<div>food pantry</div>"}}]})");
  EXPECT_TRUE(parsed);
  return std::move(*parsed);
}

constexpr const char* computed =
    R"({"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"},
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
  const json::Value left =
      with_permitted_sections(arena, whole.root(), vendor, [](json::Value) { return true; });
  EXPECT_EQ(json::write(left), json::write(whole.root()));
}

TEST(Sections, ALabelThatArrivedStaysOnEveryPart) {
  const json::Document whole =
      composition(R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"})");
  json::Arena arena;
  std::size_t asked = 0;
  const json::Value left = with_permitted_sections(arena, whole.root(), vendor, [&](json::Value part) {
    ++asked;
    EXPECT_TRUE(consent::labels_in(part).sensitivities.contains("HIV"));
    return false;
  });
  EXPECT_EQ(asked, 3u);
  EXPECT_EQ(titles(left), std::vector<std::string>{});
  EXPECT_TRUE(consent::labels_in(left).sensitivities.contains("HIV"));
}

std::size_t permitted_without_hiv(json::Document& whole, const SectionLabels& labels) {
  json::Arena arena;
  return titles(with_permitted_sections(
                    arena, whole.root(), labels,
                    [](json::Value part) { return !consent::labels_in(part).sensitivities.contains("HIV"); }))
      .size();
}

json::Document of_sections(const std::string& sections, const std::string& members = "") {
  auto parsed = json::parse(R"({"resourceType":"Composition","id":"x","meta":{"security":[
      {"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"subject":{"reference":"Patient/p"})" +
                            members + R"(,"section":[)" + sections + "]}");
  EXPECT_TRUE(parsed);
  return std::move(*parsed);
}

// An attack found this: a label that a person had set went away with a section that gave the same label.
TEST(Sections, ALabelThatArrivedStaysAlsoWhereASectionGivesIt) {
  json::Document whole =
      of_sections(R"({"title":"a","text":{"status":"generated","div":"<div>HIV</div>"}},{"title":"b"})");
  const auto arrived =
      json::parse(R"([{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}])");
  SectionLabels labels = vendor;
  labels.arrived = arrived->root();
  EXPECT_EQ(permitted_without_hiv(whole, labels), 0u);
  labels.arrived = json::Arena::empty_array();
  EXPECT_EQ(permitted_without_hiv(whole, labels), 1u);
}

// A count of CD4 cells says little alone, but much beside the word HIV.
TEST(Sections, WhatIsWeakAloneIsStrongBesideAnotherSection) {
  const std::string cells =
      R"({"title":"a","code":{"coding":[{"system":"http://loinc.org","code":"24467-3"}]}})";
  json::Document alone = of_sections(cells),
                 beside = of_sections(
                     cells + R"(,{"title":"b","text":{"status":"generated","div":"<div>HIV</div>"}})");
  SectionLabels labels{{{consent::Part2Posture::none}}, vendor.read, nullptr, json::Arena::empty_array()};
  EXPECT_EQ(permitted_without_hiv(alone, labels), 1u);
  EXPECT_EQ(permitted_without_hiv(beside, labels), 0u);
}

TEST(Sections, WhatIsContainedForAHiddenSectionGoesWithIt) {
  json::Document whole = of_sections(
      R"({"title":"a","text":{"status":"generated","div":"<div>HIV</div>"},"entry":[{"reference":"#c"}]},
      {"title":"b","entry":[{"reference":"#d"}]})",
      R"(,"text":{"status":"generated","div":"<div>HIV</div>"},"contained":[
      {"resourceType":"Condition","id":"c","code":{"text":"HIV"},"asserter":{"reference":"#e"}},{"resourceType":"Condition","id":"d",
      "asserter":{"reference":"#f"}},{"resourceType":"Practitioner","id":"e"},{"resourceType":"Practitioner","id":"f"}])");
  json::Arena arena;
  SectionLabels labels = vendor;
  labels.arrived = json::Arena::empty_array();
  const json::Value left = with_permitted_sections(arena, whole.root(), labels, [](json::Value part) {
    return !consent::labels_in(part).sensitivities.contains("HIV");
  });
  EXPECT_EQ(titles(left), std::vector<std::string>{"b"});
  ASSERT_EQ(left["contained"].size(), 2u) << json::write(left);
  EXPECT_EQ(left["contained"].at(0)["id"].text(), "d");
  EXPECT_EQ(left["contained"].at(1)["id"].text(), "f");
}

}  // namespace
}  // namespace handoff::disclosure
