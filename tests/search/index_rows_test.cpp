// What each search type extracts from small resources.
#include "search/index_rows.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <limits>

#include "core/civil.h"
#include "core/hash.h"
#include "json/document.h"

namespace handoff::search {
namespace {

const Indexer& indexer() {
  static const Indexer made = *Indexer::create();
  return made;
}

IndexRows rows_of(std::string_view text) {
  const auto document = json::parse(text);
  EXPECT_TRUE(document) << text;
  return indexer().extract(document->root());
}

ParameterKey key(std::string_view type, std::string_view code) {
  const auto& definitions = fhir::Definitions::r4();
  const auto* parameter = definitions.find_search_parameter(type, code);
  EXPECT_NE(parameter, nullptr) << type << " " << code;
  return parameter ? parameter_key(definitions, type, *parameter) : 0;
}

// The parameter's rows are exactly the hashes of the texts.
void expect_hashes(const std::vector<HashRow>& rows, ParameterKey parameter, std::vector<std::string> texts) {
  std::set<std::uint64_t> found, wanted;
  for (const HashRow& row : rows)
    if (row.parameter == parameter) found.insert(row.hash);
  for (const std::string& text : texts) wanted.insert(hash64(text));
  EXPECT_EQ(found, wanted);
}

std::vector<std::string> strings_of(const IndexRows& rows, ParameterKey parameter) {
  std::vector<std::string> texts;
  for (const StringRow& row : rows.strings)
    if (row.parameter == parameter) texts.push_back(row.value);
  return texts;
}

std::vector<DateRow> dates_of(const IndexRows& rows, ParameterKey parameter) {
  std::vector<DateRow> found;
  for (const DateRow& row : rows.dates)
    if (row.parameter == parameter) found.push_back(row);
  return found;
}

std::int64_t ms(std::string_view text, bool last) {
  const auto span = span_of(text);
  return (last ? span->last : span->first).time_since_epoch().count();
}

constexpr std::string_view patient = R"({"resourceType":"Patient","id":"p1","active":true,
  "meta":{"lastUpdated":"2026-06-30T12:00:00Z","tag":[{"system":"s","code":"t"}],"profile":["http://x.org/p|1"]},
  "identifier":[{"system":"http://x.org/id","value":"A 1"},{"value":"B"}],
  "name":[{"text":"Dr. Ana Müller","family":"Müller","given":["Ana","Béa"]}],
  "telecom":[{"system":"phone","value":"555"},{"system":"email","value":"a@x.org"}],
  "address":[{"line":["1 Main St"],"city":"Boston","postalCode":"02101"}],
  "gender":"female","birthDate":"1980-02","deceasedDateTime":"2024-01-01T10:00:00Z",
  "generalPractitioner":[{"reference":"Practitioner/7/_history/3"},{"reference":"https://x.org/fhir/Organization/8"},{"reference":"#c"}]})";

TEST(IndexRows, TokensOfPatient) {
  const IndexRows rows = rows_of(patient);
  expect_hashes(rows.tokens, key("Patient", "identifier"),
                {"http://x.org/id|A 1", "A 1", "http://x.org/id|", "|B", "B"});
  expect_hashes(rows.tokens, key("Patient", "gender"),
                {"|female", "female", "http://hl7.org/fhir/administrative-gender|female",
                 "http://hl7.org/fhir/administrative-gender|"});
  expect_hashes(rows.tokens, key("Patient", "active"), {"|true", "true"});
  expect_hashes(rows.tokens, key("Patient", "phone"), {"|555", "555"});
  expect_hashes(rows.tokens, key("Patient", "telecom"), {"|555", "555", "|a@x.org", "a@x.org"});
  expect_hashes(rows.tokens, key("Patient", "deceased"), {"|true", "true"});
  expect_hashes(rows.tokens, key("Patient", "_id"), {"|p1", "p1"});
  expect_hashes(rows.tokens, key("Patient", "_tag"), {"s|t", "t", "s|"});
}

TEST(IndexRows, OthersOfPatient) {
  const IndexRows rows = rows_of(patient);
  EXPECT_EQ(strings_of(rows, key("Patient", "name")),
            (std::vector<std::string>{"ana", "bea", "dr ana muller", "muller"}));
  EXPECT_EQ(strings_of(rows, key("Patient", "family")), (std::vector<std::string>{"muller"}));
  EXPECT_EQ(strings_of(rows, key("Patient", "address")),
            (std::vector<std::string>{"02101", "1 main st", "boston"}));
  expect_hashes(rows.references, key("Patient", "general-practitioner"),
                {"Practitioner/7", "https://x.org/fhir/Organization/8"});
  expect_hashes(rows.uris, key("Patient", "_profile"), {"http://x.org/p|1", "http://x.org/p"});
  const auto birth = dates_of(rows, key("Patient", "birthdate"));
  ASSERT_EQ(birth.size(), 1u);
  EXPECT_EQ(birth[0].first_ms, ms("1980-02", false));
  EXPECT_EQ(birth[0].last_ms, ms("1980-02", true));
  EXPECT_EQ(dates_of(rows, key("Patient", "death-date")).size(), 1u);
  EXPECT_EQ(dates_of(rows, key("Patient", "_lastUpdated")).size(), 1u);
}

TEST(IndexRows, ReferencesAreChosenByTheTypeTheyName) {
  const IndexRows rows = rows_of(R"({"resourceType":"Observation","id":"o","status":"final",
    "code":{"coding":[{"system":"http://loinc.org","code":"1-8"},{"code":"x"}],"text":"t"},
    "subject":{"reference":"Group/1"},"performer":[{"reference":"Practitioner/2"}],
    "effectivePeriod":{"start":"2024-01-01"},"valueQuantity":{"value":6.3,"unit":"mmol/l","system":"http://unitsofmeasure.org","code":"mmol/L"}})");
  expect_hashes(rows.references, key("Observation", "subject"), {"Group/1"});
  expect_hashes(rows.references, key("Observation", "patient"), {});
  expect_hashes(rows.references, key("Observation", "performer"), {"Practitioner/2"});
  expect_hashes(rows.tokens, key("Observation", "code"),
                {"http://loinc.org|1-8", "1-8", "http://loinc.org|", "|x", "x"});
  const auto dates = dates_of(rows, key("Observation", "date"));
  ASSERT_EQ(dates.size(), 1u);
  EXPECT_EQ(dates[0].first_ms, ms("2024-01-01", false));
  EXPECT_EQ(dates[0].last_ms, std::numeric_limits<std::int64_t>::max());
  std::set<std::uint64_t> units;
  for (const NumberRow& row : rows.numbers)
    if (row.parameter == key("Observation", "value-quantity") && row.value == 6.3)
      units.insert(row.unit_hash);
  EXPECT_EQ(units, (std::set<std::uint64_t>{0, hash64("http://unitsofmeasure.org|mmol/L"), hash64("|mmol/L"),
                                            hash64("|mmol/l")}));
}

TEST(IndexRows, PatientReferenceAndTimingAndNumber) {
  const IndexRows request = rows_of(R"({"resourceType":"ServiceRequest","status":"active","intent":"order",
    "subject":{"reference":"Patient/1"},"occurrenceTiming":{"event":["2024-03-05","2024-01-02"]},
    "instantiatesCanonical":["http://x.org/PlanDefinition/a|2"]})");
  expect_hashes(request.references, key("ServiceRequest", "patient"), {"Patient/1"});
  expect_hashes(request.references, key("ServiceRequest", "instantiates-canonical"),
                {"http://x.org/PlanDefinition/a|2", "http://x.org/PlanDefinition/a"});
  const auto dates = dates_of(request, key("ServiceRequest", "occurrence"));
  ASSERT_EQ(dates.size(), 1u);
  EXPECT_EQ(dates[0].first_ms, ms("2024-01-02", false));
  EXPECT_EQ(dates[0].last_ms, ms("2024-03-05", true));
  const IndexRows risk = rows_of(
      R"({"resourceType":"RiskAssessment","status":"final","prediction":[{"probabilityDecimal":0.25}]})");
  ASSERT_EQ(risk.numbers.size(), 1u);
  EXPECT_EQ(risk.numbers[0], (NumberRow{key("RiskAssessment", "probability"), 0, 0.25}));
}

TEST(IndexRows, LongStringsAreCutAtACharacter) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xE2\x82\xAC";  // three bytes each, nothing to fold
  const IndexRows rows = rows_of(R"({"resourceType":"Organization","name":")" + name + "\"}");
  const auto strings = strings_of(rows, key("Organization", "name"));
  ASSERT_EQ(strings.size(), 1u);
  EXPECT_EQ(strings[0].size(), 126u);
}

TEST(IndexRows, UnknownTypeGivesNothing) {
  EXPECT_TRUE(rows_of(R"({"resourceType":"Nothing","id":"x"})").tokens.empty());
  EXPECT_TRUE(rows_of(R"({"id":"x"})").tokens.empty());
}

TEST(IndexRows, Speed) {
  std::string text(patient);
  text.insert(text.size() - 1,
              R"(,"text":{"status":"generated","div":"<div>)" + std::string(1'700, 'x') + R"(</div>"})");
  const auto document = json::parse(text);
  ASSERT_TRUE(document);
  constexpr int rounds = 5'000;
  std::size_t count = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) count += indexer().extract(document->root()).tokens.size();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  std::cout << took.count() / rounds << " us to extract the rows of a Patient of " << text.size()
            << " bytes\n";
  EXPECT_GT(count, 0u);
}

// As US Core writes them: from extensions, and with a choice by its JSON name, which is not FHIRPath.
TEST(IndexRows, AddedParametersLookIntoExtensions) {
  constexpr std::uint16_t first = fhir::SearchParameter::first_added;
  fhir::SearchParameter race{"http://x.org/race",
                             "race",
                             fhir::SearchType::token,
                             first,
                             {"Patient"},
                             "Patient.extension.where(url = 'http://x.org/r').extension.value.code"};
  fhir::SearchParameter asserted{
      "http://x.org/asserted", "asserted",
      fhir::SearchType::date,  first + 1,
      {"Condition"},           "Condition.extension.where(url = 'http://x.org/a').valueDateTime"};
  ASSERT_TRUE(check_expression(fhir::Definitions::r4(), race));
  ASSERT_TRUE(check_expression(fhir::Definitions::r4(), asserted));
  const fhir::SearchParameter added[] = {race, asserted};
  const auto definitions = fhir::Definitions::r4().with(added);
  ASSERT_EQ(definitions->search_parameters("Patient").size(),
            fhir::Definitions::r4().search_parameters("Patient").size() + 1);
  const auto indexer = Indexer::create(*definitions);
  ASSERT_TRUE(indexer) << indexer.error().summary();
  const auto person = json::parse(R"({"resourceType":"Patient","gender":"male","extension":[
    {"url":"http://x.org/r","extension":[{"url":"c","valueCoding":{"system":"s","code":"2106-3"}},{"url":"t","valueString":"White"}]},
    {"url":"http://x.org/other","extension":[{"url":"c","valueCoding":{"code":"no"}}]}]})");
  const IndexRows rows = indexer->extract(person->root());
  const ParameterKey race_key =
      parameter_key(*definitions, "Patient", *definitions->find_search_parameter("Patient", "race"));
  EXPECT_TRUE(is_added(race_key));
  EXPECT_FALSE(is_added(key("Patient", "gender")));
  expect_hashes(rows.tokens, race_key, {"2106-3", "|2106-3"});
  expect_hashes(rows.tokens, key("Patient", "gender"),
                {"male", "|male", "http://hl7.org/fhir/administrative-gender|male",
                 "http://hl7.org/fhir/administrative-gender|"});
  const auto condition = json::parse(
      R"({"resourceType":"Condition","extension":[{"url":"http://x.org/a","valueDateTime":"2024-05-01"},
    {"url":"http://x.org/a","valueString":"2024-06-01"}]})");
  const auto dates =
      dates_of(indexer->extract(condition->root()), parameter_key(*definitions, "Condition", asserted));
  ASSERT_EQ(dates.size(), 1u);
  EXPECT_EQ(dates[0].first_ms, ms("2024-05-01", false));
  const auto only_race =
      Indexer::create(*definitions, [](const fhir::SearchParameter& each) { return each.code == "race"; });
  for (const HashRow& row : only_race->extract(person->root()).tokens) EXPECT_EQ(row.parameter, race_key);
}

TEST(IndexRows, AnExpressionIsCheckedForEachOfItsTypes) {
  fhir::SearchParameter parameter{"http://x.org/a",        "a",
                                  fhir::SearchType::token, 0,
                                  {"Patient", "Person"},   "Patient.gender | Person.colour"};
  const auto checked = check_expression(fhir::Definitions::r4(), parameter);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().summary().find("for Person: "), std::string::npos) << checked.error().summary();
  parameter.expression = "Patient.gender | Person.gender";
  EXPECT_TRUE(check_expression(fhir::Definitions::r4(), parameter));
  parameter.expression = "Patient.(";
  EXPECT_FALSE(check_expression(fhir::Definitions::r4(), parameter));
}

}  // namespace
}  // namespace handoff::search
