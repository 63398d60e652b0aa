#include "consent/telling_names.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "consent/labels.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

const TellingNames& shipped() {
  static const TellingNames names = [] {
    const std::string file = std::string(HANDOFF_SOURCE_DIR) + "/gateway/tables/telling_names.csv";
    std::ifstream in(file);
    return TellingNames::read(std::string(std::istreambuf_iterator<char>(in), {}), file).value();
  }();
  return names;
}

// The directory entries behind the references.
json::Value directory(std::string_view reference) {
  static const auto entries = json::parse(R"([
      {"resourceType":"Organization","id":"otp","name":"Merrimack Opioid Treatment Program"},
      {"resourceType":"Organization","id":"ward","name":"Ward 3","partOf":{"reference":"Organization/otp"}},
      {"resourceType":"Organization","id":"pcp","name":"Lowell Street Family Medicine"},
      {"resourceType":"Organization","id":"circle","name":"Ring","partOf":{"reference":"Organization/circle"}},
      {"resourceType":"Organization","id":"prob","type":[{"coding":[
          {"system":"https://handoff.example.org/fhir/CodeSystem/organization-kind","code":"probation"}]}],"name":"Office"},
      {"resourceType":"HealthcareService","id":"hs","name":"Morning clinic","providedBy":{"reference":"Organization/otp"}},
      {"resourceType":"HealthcareService","id":"typed","type":[{"coding":[
          {"system":"http://terminology.hl7.org/CodeSystem/service-type","code":"455"}]}]},
      {"resourceType":"Location","id":"safe","name":"Elm Street","alias":["The Safe House"]},
      {"resourceType":"PractitionerRole","id":"counselor","specialty":[{"coding":[
          {"system":"http://nucc.org/provider-taxonomy","code":"101YA0400X"}]}]}])")
                                  .value();
  for (const json::Value entry : entries.root().items())
    if (std::string(entry["resourceType"].text()) + "/" + std::string(entry["id"].text()) == reference)
      return entry;
  return {};
}

std::string families(const std::string& resource) {
  const auto parsed = json::parse(resource);
  EXPECT_TRUE(parsed) << resource;
  std::string all;
  for (const std::string& family : shipped().revealed_by(parsed->root(), directory))
    all += (all.empty() ? "" : " ") + family;
  return all;
}

TEST(TellingNames, AResourceOfAPersonCarriesWhatItRefersToTells) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"HealthcareService/hs"}}]})",
       "SUD"},
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"HealthcareService/typed"}}]})",
       "SUD"},
      {R"({"resourceType":"CareTeam","participant":[{"member":{"reference":"Organization/ward"}}]})", "SUD"},
      {R"({"resourceType":"CareTeam","participant":[{"member":{"reference":"https://h/fhir/Organization/otp/_history/3"}}]})",
       "SUD"},
      {R"({"resourceType":"Encounter","location":[{"location":{"reference":"Location/safe"}}]})", "SDV"},
      {R"({"resourceType":"Encounter","participant":[{"individual":{"reference":"PractitionerRole/counselor"}}]})",
       "SUD"},
      {R"({"resourceType":"Encounter","extension":[{"url":"urn:x","valueReference":{"reference":"Organization/otp"}}]})",
       "SUD"},
      {R"({"resourceType":"Task","owner":{"identifier":{"system":"https://handoff.example.org/id/organization","value":"otp"}}})",
       "SUD"},
      {R"({"resourceType":"Task","requester":{"reference":"Organization/prob"}})", "JI"},
      {R"({"resourceType":"Encounter","contained":[{"resourceType":"Location","id":"l","name":"Methadone dosing window"}]})",
       "SUD"},
      {R"({"resourceType":"Encounter","serviceProvider":{"reference":"Organization/pcp"}})", ""},
      {R"({"resourceType":"Encounter","serviceProvider":{"reference":"Organization/circle"}})", ""},
      {R"({"resourceType":"Encounter","serviceProvider":{"reference":"Organization/none"}})", ""},
      {R"({"resourceType":"Encounter","subject":{"display":"AA meeting"}})", ""},
  };
  for (const auto& [resource, expected] : cases) EXPECT_EQ(families(resource), expected) << resource;
}

TEST(TellingNames, WordsNameWhatTheyAreWholeWordsOf) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"AA meeting, Tuesdays", "SUD"},
      {"aa meeting", ""},
      {"goes to A.A. on Sundays", "SUD"},
      {"vitamin A. A follow-up", ""},
      {"AAA screening", ""},
      {"NA home group", "SUD"},
      {"NA", ""},
      {"N/A", ""},
      {"n/a", ""},
      {"Na 140, K 4", ""},
      {"AA/NA", "SUD"},
      {"Al-Anon family group", "SUD"},
      {"al\u2011anon", "SUD"},
      {"Al Anon", "SUD"},
      {"SMART Recovery online", "SUD"},
      {"a smart recovery after surgery", "SUD"},
      {"Narcotics Anonymous", "SUD"},
      {"Merrimack Opioid Treatment Program", "SUD"},
      {"Nar\u00ADcotics anony\u200Bmous", "SUD"},
      {"Seen at detox", ""},
      {"methadone 40 mg", ""},
      {"opioid use disorder", ""},
      {"Connecticut River Behavioral Health", ""},
      {"recovery learning community", ""},
      {"Harbor Light Shelter", ""},
      {"women's shelter on Elm", "SDV"},
      {"Women\u2019s Shelter", "SDV"},
      {"AIDS Action", "HIV"},
      {"visual aids", ""},
      {"food pantry", ""},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(families(R"({"resourceType":"Goal","description":{"text":")" + std::string(text) + "\"}}"),
              expected)
        << text;
    EXPECT_EQ(families(R"({"resourceType":"CareTeam","name":")" + std::string(text) + "\"}"), expected)
        << text;
    EXPECT_EQ(families(R"({"resourceType":"Task","note":[{"text":")" + std::string(text) + "\"}]}"), expected)
        << text;
    EXPECT_EQ(families(R"({"resourceType":"Appointment","participant":[{"actor":{"display":")" +
                       std::string(text) + "\"}}]}"),
              expected)
        << text;
  }
}

TEST(TellingNames, NarrativesAreReadAsTheyAreShown) {
  const std::pair<const char*, const char*> cases[] = {
      {"<div><p>AA meeting, Tuesdays</p></div>", "SUD"},
      {"<div><p>NA</p></div>", "SUD"},
      {"<div><b>A</b>A</div>", "SUD"},
      {"<div>A<p>A</p></div>", ""},
      {"<div>&#65;&#x41; meeting</div>", "SUD"},
      {"<div>Al&#8209;Anon</div>", "SUD"},
      {"<div>smart&nbsp;recovery</div>", "SUD"},
      {"<div>smart<!-- > -->&shy; recovery</div>", "SUD"},
      {"<div title='AA'>food pantry</div>", "SUD"},
      {"<div><!-- Al-Anon -->food pantry</div>", "SUD"},
      {"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">food pantry</div>", ""},
  };
  for (const auto& [div, expected] : cases)
    EXPECT_EQ(families(R"({"resourceType":"Composition","section":[{"text":{"div":")" + std::string(div) +
                       "\"}}]}"),
              expected)
        << div;
}

// One pass is enough for any text: a million characters of each kind take milliseconds.
TEST(TellingNames, LongTextsTakeNoLonger) {
  for (const std::string part : {"&", "<", "<!--", "A.", "'", "\u200B", "recovery ", "&#65;"}) {
    std::string text = "<div>";
    while (text.size() < 1'000'000) text += part;
    json::Arena arena;
    const json::Member members[] = {{"description", arena.string(text)}};
    const auto begin = std::chrono::steady_clock::now();
    shipped().revealed_by(arena.object(members), directory);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5}) << part;
  }
}

TEST(TellingNames, APersonsNameTellsNothing) {
  EXPECT_EQ(families(R"({"resourceType":"Patient","name":[{"text":"AA Al-Anon","family":"NA"}]})"), "");
  EXPECT_EQ(families(R"({"resourceType":"Patient","contact":[{"name":{"text":"AA NA"}}]})"), "");
}

// The same words tell more in the name of an entry than in a text about a person, because a drug is not a
// clinic.
TEST(TellingNames, TheNameOfAnEntryTellsMoreThanAText) {
  const auto nothing = [](std::string_view) { return json::Value{}; };
  for (const char* name : {"Holyoke Methadone", "Andrew House Detox", "Mill Street OTP"}) {
    const auto entry = json::parse(R"({"resourceType":"Organization","name":")" + std::string(name) + "\"}");
    EXPECT_EQ(shipped().revealed_by_entry(entry->root(), nothing), TellingNames::Families{"SUD"}) << name;
  }
}

TEST(TellingNames, LabelsFollow) {
  const auto labels = [](const std::string& resource, Part2Posture posture) {
    const auto parsed = json::parse(resource);
    Source source;
    source.posture = posture;
    return labels_of(parsed->root(), source, directory, &shipped());
  };
  const std::string appointment =
      R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/p"}},)"
      R"({"actor":{"reference":"HealthcareService/hs"}}]})";
  const Labels of_program = labels(appointment, Part2Posture::sud_content);
  EXPECT_EQ(of_program.sensitivities, (std::set<std::string>{"SUD"}));
  EXPECT_EQ(of_program.regimes, (std::set<std::string>{"42CFRPart2"}));
  EXPECT_EQ(of_program.confidentiality, 'R');
  EXPECT_TRUE(labels(appointment, Part2Posture::none).regimes.empty());
  const std::string patient_later =
      R"({"resourceType":"Appointment","description":"AA meeting","participant":[{"type":[{"text":"room"}]},)"
      R"({"actor":{"reference":"Patient/p"}}]})";
  EXPECT_EQ(labels(patient_later, Part2Posture::none).sensitivities, (std::set<std::string>{"SUD"}));
  // The directory itself stays as it is, and visible.
  const Labels of_entry =
      labels(R"({"resourceType":"Organization","id":"otp","name":"Merrimack Opioid Treatment Program"})", {});
  EXPECT_EQ(of_entry.sensitivities, std::set<std::string>());
  EXPECT_EQ(of_entry.confidentiality, 'N');
}

TEST(TellingNames, WhatIsWrongInTheTableIsNamedByItsLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "names.csv: there is no table"},
      {"kind,system,value,family\n", "names.csv:1: the first line must be match,system,value,family"},
      {"match,system,value,family\n\n# comment\nname,,x,NOSUCH\n",
       "names.csv:4: the family must be SUD, HIV, SDV, MH, JI, or a sensitivity of v3-ActCode"},
      {"match,system,value,family\nname,,,SUD\n", "names.csv:2: there is no value"},
      {"match,system,value,family\nname,,--,SUD\n", "names.csv:2: there is no word in the value"},
      {"match,system,value,family\ntext,,zeb*ra,SUD\n",
       "names.csv:2: a star is allowed only at the end of a word"},
      {"match,system,value,family\nword,,*Zebra,SUD\n",
       "names.csv:2: a star is allowed only at the end of a word"},
      {"match,system,value,family\nname,,zebra * house,SUD\n",
       "names.csv:2: a star is allowed only at the end of a word"},
      {"match,system,value,family\nname,,zebra*-house,SUD\n",
       "names.csv:2: a star is allowed only at the end of a word"},
      {"match,system,value,family\ntext,,zebra**,SUD\n",
       "names.csv:2: a star is allowed only at the end of a word"},
      {"match,system,value,family\ntext,,a,SUD\n",
       "names.csv:2: a single letter is not allowed, because nearly every text has it"},
      {"match,system,value,family\ntext,,a*,SUD\n",
       "names.csv:2: a single letter is not allowed, because nearly every text has it"},
      {"match,system,value,family\nword,,\u00C9,SUD\n",
       "names.csv:2: a single letter is not allowed, because nearly every text has it"},
      {"match,system,value,family\ntype,,x,SUD\n", "names.csv:2: a code needs its system"},
      {"match,system,value,family\ntext,urn:x,x,SUD\n",
       "names.csv:2: with match name, text or word the system must be empty"},
      {"match,system,value,family\nnick,,x,SUD\n",
       "names.csv:2: the match must be name, text, word, type or specialty"},
      {"match,system,value,family\nname,x\n",
       "names.csv:2: must have the columns match, system, value, family"},
  };
  for (const auto& [table, reason] : cases) {
    const auto read = TellingNames::read(table, "names.csv");
    ASSERT_FALSE(read) << table;
    EXPECT_EQ(read.error().kind, Kind::incorrect);
    EXPECT_EQ(read.error().issues.front().diagnostics, reason) << table;
  }
  for (const char* value : {"zebra*", "ze* house", "q house", "A.A.", "AA"})
    EXPECT_TRUE(
        TellingNames::read("match,system,value,family\nword,," + std::string(value) + ",SUD\n", "names.csv"))
        << value;
  const auto two = TellingNames::read("match,system,value,family\nname,,x,A\nname,,y,B\n", "names.csv");
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().issues.size(), 2u);
}

}  // namespace
}  // namespace handoff::consent
