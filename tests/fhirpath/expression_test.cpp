// Our own cases of the language: expression, input, and expected result as text.
#include "fhirpath/expression.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "case.h"
#include "json/document.h"

namespace handoff::fhirpath {
namespace {

constexpr std::string_view patient_text = R"({
  "resourceType": "Patient", "id": "p1", "active": true, "birthDate": "1980-02-29",
  "_birthDate": {"extension": [{"url": "http://example.org/time", "valueDateTime": "1980-02-29T10:00:00Z"}]},
  "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x<br/></p></div>"},
  "name": [{"use": "official", "family": "Müller", "given": ["Ana", null, "Bea"], "_given": [null, {"id": "g2"}, null]},
           {"use": "usual", "given": ["Annie"]}],
  "gender": "female",
  "contact": [{"name": {"family": "C"}, "telecom": [{"system": "phone", "value": "1"}]}],
  "contained": [{"resourceType": "Organization", "id": "o1", "name": "Org"}],
  "managingOrganization": {"reference": "#o1"},
  "generalPractitioner": [{"reference": "Practitioner/7"}, {"reference": "http://x.org/fhir/Organization/8/_history/2"}],
  "deceasedBoolean": false,
  "extension": [{"url": "http://example.org/weight", "valueQuantity": {"value": 1.50, "system": "http://unitsofmeasure.org", "code": "kg"}}]
})";

class ExpressionOfPatient : public ::testing::TestWithParam<Case> {};

TEST_P(ExpressionOfPatient, Gives) {
  const auto document = json::parse(patient_text);
  ASSERT_TRUE(document) << document.error().summary();
  const Item patient = resource_item(document->root());
  CompileOptions options;
  options.focus = patient.type;
  check(GetParam(), options, {patient});
}

INSTANTIATE_TEST_SUITE_P(
    Paths, ExpressionOfPatient,
    ::testing::Values(Case{"name.where(use='official').given", "Ana||Bea"},
                      Case{"name.given.where(hasValue()).count()", "3"}, Case{"name.given.id", "g2"},
                      Case{"birthDate.extension.value", "1980-02-29T10:00:00Z"},
                      Case{"birthDate.extension('http://example.org/time').value is dateTime", "true"},
                      Case{"extension.value.value * 2", "3.00"}, Case{"extension.value = 1500 'g'", "true"},
                      Case{"deceased", "false"}, Case{"deceased is boolean", "true"},
                      Case{"deceased.is(dateTime)", "false"}, Case{"contained.name", "Org"},
                      Case{"contained.ofType(Organization).name", "Org"},
                      Case{"managingOrganization.resolve().name", "Org"},
                      Case{"Patient.contact.name.family", "C"}, Case{"Resource.id", "p1"},
                      Case{"DomainResource.text.div.htmlChecks()", "true"},
                      Case{"gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", "true"},
                      Case{"name.family.length()", "6"}, Case{"name[0].family.substring(1, 2)", "ül"},
                      Case{"name[1].family", ""}, Case{"name.given.first() & '-' & name[1].family", "Ana-"},
                      Case{"%resource.id + %context.id", "p1p1"}, Case{"name.select(given.count())", "3|1"},
                      Case{"name.where($index = 1).use", "usual"},
                      Case{"descendants().where($this is HumanName).count()", "3"},
                      Case{"children().ofType(Extension).count()", "1"},
                      Case{"name.exists(use = 'old') or name.all(given.exists())", "true"},
                      Case{"birthDate.value is System.Date", "true"},
                      Case{"name.given.join(',')", "Ana,,Bea,Annie"},
                      Case{"name.use.aggregate($total & $this, '')", "officialusual"},
                      Case{"active = true and gender != 'male' implies birthDate < today()", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Values, ExpressionOfPatient,
    ::testing::Values(
        Case{"0.1 + 0.2 = 0.3", "true"}, Case{"0.1 + 0.2", "0.3"}, Case{"1.50", "1.50"},
        Case{"1 / 3", "0.3333333333333333"}, Case{"7 div 2 + 7 mod 2", "4"}, Case{"1 / 0", ""},
        Case{"-7 div 2", "-3"}, Case{"2 + 3 * 4 - 1", "13"}, Case{"9223372036854775807 + 1", ""},
        Case{"'a' + 'b' & {}", "ab"}, Case{"'a' + {}", ""}, Case{"@2024-02-29 + 1 year", "2025-02-28"},
        Case{"@2024-01-31 + 1 month", "2024-02-29"}, Case{"@2024-03 - 1 month", "2024-02"},
        Case{"@2024-12-31T23:30:00Z + 45 minutes", "2025-01-01T00:15:00Z"},
        Case{"@T23:00 + 2 hours", "01:00"}, Case{"@2024 = @2024-01", ""}, Case{"@2024-01 < @2025", "true"},
        Case{"@2024-01-01T10:00:00Z = @2024-01-01T12:00:00+02:00", "true"}, Case{"today()", "2026-06-30"},
        Case{"now()", "2026-06-30T12:00:00.000-04:00"}, Case{"timeOfDay()", "12:00:00.000"},
        Case{"{} and false", "false"}, Case{"{} or true", "true"}, Case{"true xor {}", ""},
        Case{"{} implies true", "true"}, Case{"1 week = 7 days", "true"}, Case{"1 year = 1 'a'", ""},
        Case{"1 year ~ 1 'a'", "true"}, Case{"5 'mg/dL' = 0.05 'g/L'", "true"},
        Case{"4 'g' ~ 4040 'mg'", "true"}, Case{"4.0 'g' / 2.0 'm' = 2 'g/m'", "true"},
        Case{"1.0 'm' / 1.0 'm' = 1 '1'", "true"},
        Case{"@1973-12-25T00:00:00.000+10:00 + 7.7 days", "1974-01-01T00:00:00.000+10:00"},
        Case{"@T23:00:00 + 50 hours", "01:00:00"}, Case{"1.587 'cm'.lowBoundary(8).value", "1.58650000"},
        Case{"120.lowBoundary(2)", "119.50"}, Case{"12.587.lowBoundary(0)", "12"},
        Case{"@2014-02.highBoundary(8)", "2014-02-28"}, Case{"'A\n\tB'.matches('A.*B')", "true"},
        Case{"{}.not()", ""}, Case{"('c'|'a'|'b').sort(-$this)", "c|b|a"},
        Case{"@T00:30:00 - 1 hour", "23:30:00"}, Case{"2.2 mod 1.8", "0.4"},
        Case{"(1 | 1 is Integer).count()", "2"}, Case{"(-1).sqrt()", ""},
        Case{"'1.a'.convertsToQuantity()", "false"}, Case{"1 'kg' > 900 'g'", "true"},
        Case{"1 'kg' > 1 'm'", ""}, Case{"'1.0'.toQuantity().value", "1.0"},
        Case{"('b' | 'a' | 'b').count()", "2"}, Case{"(1 | 2).combine(2).distinct()", "1|2"},
        Case{"(1|2|3).exclude(2)", "1|3"}, Case{"'a,b,,c'.split(',')", "a|b||c"},
        Case{"'Ärger'.toChars().count()", "5"}, Case{"'abc'.replaceMatches('(b)', '[$1]')", "a[b]c"},
        Case{"'x'.matches('^[a-z]$')", "true"}, Case{"' a '.trim().upper()", "A"},
        Case{"2.power(10)", "1024"}, Case{"2.5.round(0)", "3"}, Case{"(-2.5).truncate()", "-2"},
        Case{"9.sqrt() = 3", "true"}, Case{"'yes'.toBoolean()", "true"},
        Case{"'2024-06-30T10:00:00Z'.toDate()", "2024-06-30"}, Case{"'24:00'.toTime()", ""},
        Case{"(1|2|3).last() in (3|4)", "true"}, Case{"iif(1 = 1, 'a', 1/0)", "a"},
        Case{"1.type().name", "Integer"}, Case{"%`ext-x`", "http://hl7.org/fhir/StructureDefinition/x"},
        Case{"'\\u00e9'", "é"}, Case{"// note\n1 /* and */ + 1", "2"}));

INSTANTIATE_TEST_SUITE_P(
    Errors, ExpressionOfPatient,
    ::testing::Values(
        Case{"name.", "!expected a name, found the end, at position 5"},
        Case{"name.(given", "!expected a name"}, Case{"(1 + 2", "!expected \")\""},
        Case{"1 +", "!expected an expression"}, Case{"'open", "!text without closing quote, at position 0"},
        Case{"name.nick", "!HumanName has no element nick, at position 5"},
        Case{"Observation.value", "!Patient has no element Observation"},
        Case{"name.foo()", "!unknown function foo(), at position 5"},
        Case{"name.first(1)", "!first() takes 0 arguments, not 1"},
        Case{"%nothing", "!unknown variable %nothing"}, Case{"name is Nothing", "!unknown type Nothing"},
        Case{"active.startsWith('a')", "!startsWith() needs a string"},
        Case{"children().first()", "!without order"},
        Case{"id.matches('(')", "!malformed regular expression"}, Case{"name.single()", "!several items"},
        Case{"name < 1", "!only single items"}, Case{"@2024-02-30", "!no such Date"},
        Case{"$that", "!expected $this, $index or $total"},
        Case{std::string(70, '(') + "1" + std::string(70, ')'), "!nested deeper than 64"},
        Case{std::string(70, '-') + "1", "!nested deeper than 64"},
        Case{std::string(20'000, ' '), "!longer than 16384 bytes"}));

TEST(Expression, LongChainsAreNoDepth) {
  std::string sum = "1", path = "$this";
  for (int i = 0; i < 2'000; ++i) sum += "+1";
  for (int i = 0; i < 1'000; ++i) path += ".trace('')";
  check({sum, "2001"}, {}, {});
  check({path + ".count()", "0"}, {}, {});
}

TEST(Expression, FailureSaysKindAndPosition) {
  Failure failure;
  CompileOptions options;
  options.focus = fhir::Definitions::r4().find_type("Patient");
  EXPECT_FALSE(Expression::compile("1 + ", options, &failure));
  EXPECT_EQ(failure.kind, "syntax");
  EXPECT_EQ(failure.position, 4u);
  EXPECT_FALSE(Expression::compile("1 + name.x", options, &failure));
  EXPECT_EQ(failure.kind, "semantic");
  EXPECT_EQ(failure.position, 9u);
}

TEST(Expression, FailureShowsNoHalfCharacter) {
  const auto expression = Expression::compile("nick + '" + std::string(31, 'x') + "é'",
                                              {.focus = fhir::Definitions::r4().find_type("Patient")});
  ASSERT_FALSE(expression);
  EXPECT_EQ(expression.error().issues[0].expression, "nick + '" + std::string(31, 'x'));
}

TEST(Expression, StepsAreLimited) {
  const auto expression = Expression::compile("(1|2|3|4|5|6|7|8|9).repeat($this + 1)");
  ASSERT_TRUE(expression);
  Evaluation evaluation;
  const auto result = expression->evaluate(evaluation, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Kind::unprocessable);
  EXPECT_NE(result.error().summary().find("steps"), std::string::npos);
}

TEST(Expression, ResolvesThroughTheEvaluation) {
  const auto document = json::parse(patient_text);
  const auto other = json::parse(R"({"resourceType":"Practitioner","id":"7","gender":"male"})");
  const auto expression = Expression::compile("generalPractitioner.resolve().ofType(Practitioner).gender");
  Evaluation evaluation;
  evaluation.resolver = [&](std::string_view reference) {
    return reference == "Practitioner/7" ? other->root() : json::Value{};
  };
  const auto result = expression->evaluate(evaluation, {resource_item(document->root())});
  ASSERT_TRUE(result);
  ASSERT_EQ(result->size(), 1u);
  EXPECT_EQ(to_text((*result)[0]), "male");
}

const std::vector<RecordMember> record = {{.name = "DOB", .type = SystemType::date},
                                          {.name = "Age", .type = SystemType::integer},
                                          {.name = "Patient"},
                                          {.name = "Last Name"},
                                          {.name = "Dx", .is_list = true},
                                          {.name = "person",
                                           .type = SystemType::none,
                                           .members = {{.name = "birthDate", .type = SystemType::date}}}};

class ExpressionOfRecord : public ::testing::TestWithParam<Case> {};

TEST_P(ExpressionOfRecord, Gives) {
  const auto document = json::parse(
      R"({"DOB":"1980-02-03","Age":46,"Patient":"P-1","Last Name":"Doe","Dx":["A","B"],"person":{"birthDate":"1979-01-01"}})");
  CompileOptions options;
  options.record = &record;
  const std::vector<std::string> variables = {"item"};
  options.variables = variables;
  const std::vector<Function> functions = {
      {"shout", 1, 1,
       [](Evaluation& evaluation, const Collection&,
          std::span<const Collection> arguments) -> Result<Collection> {
         if (arguments[0].empty()) return problem(Kind::unprocessable, "nothing to shout");
         return Collection{
             system_item(evaluation.arena().string(to_text(arguments[0][0]) + "!"), SystemType::string)};
       }}};
  options.functions = functions;
  check(GetParam(), options, {Item{.value = document->root()}});
}

INSTANTIATE_TEST_SUITE_P(
    Columns, ExpressionOfRecord,
    ::testing::Values(Case{"DOB", "1980-02-03"}, Case{"DOB < @1980-03", "true"}, Case{"Age + 1", "47"},
                      Case{"Patient", "P-1"}, Case{"`Last Name`.upper()", "DOE"},
                      Case{"Dx.where($this = 'B' and %context.Age > 1)", "B"},
                      Case{"person.birthDate.toString()", "1979-01-01"}, Case{"shout(Patient)", "P-1!"},
                      Case{"shout({})", "!nothing to shout"}, Case{"shout(Patient).length()", "4"},
                      Case{"Doob", "!unknown column Doob, at position 0"},
                      Case{"person.death", "!unknown column person.death"},
                      Case{"DOB.x", "!Date has no element x"},
                      Case{"shout()", "!shout() takes 1 arguments, not 0"},
                      Case{"%item", "!variable %item has no value"},
                      Case{"%other", "!unknown variable %other"}));

TEST(Expression, TellsWhatItReadsAndGives) {
  CompileOptions options;
  options.record = &record;
  const auto expression = Expression::compile("iif(Age > 1, person.birthDate, DOB)", options);
  ASSERT_TRUE(expression);
  EXPECT_EQ(
      std::vector<std::string>(expression->record_members().begin(), expression->record_members().end()),
      (std::vector<std::string>{"Age", "person", "person.birthDate", "DOB"}));
  ASSERT_EQ(expression->result_types().size(), 1u);
  EXPECT_EQ(expression->result_types()[0]->name, "date");
}

TEST(Expression, Speed) {
  const auto document = json::parse(patient_text);
  const Collection focus{resource_item(document->root())};
  CompileOptions options;
  options.focus = focus[0].type;
  const auto expression = Expression::compile("name.where(use='official').given", options);
  Evaluation evaluation;
  constexpr int rounds = 200'000;
  std::size_t found = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    evaluation.reset_steps();
    found += expression->evaluate(evaluation, focus)->size();
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  std::cout << took.count() / rounds << " ns for name.where(use='official').given\n";
  EXPECT_EQ(found, std::size_t(rounds) * 3);
}

}  // namespace
}  // namespace handoff::fhirpath
