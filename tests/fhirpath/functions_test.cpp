// The functions, in the order of the specification's sections, with its own examples if it has some.
#include "case.h"

namespace handoff::fhirpath {
namespace {

constexpr std::string_view patient_text = R"({
  "resourceType": "Patient", "id": "p1", "active": true,
  "name": [{"use": "official", "family": "Doe", "given": ["Ann", "Bea"]}, {"use": "usual", "family": "Roe", "given": ["Cy"]}],
  "contact": [{"name": {"family": "C"}}]
})";

class FunctionGives : public ::testing::TestWithParam<Case> {};

TEST_P(FunctionGives, WhatTheSpecificationSays) {
  const auto document = json::parse(patient_text);
  const Item patient = resource_item(document->root());
  CompileOptions options;
  options.focus = patient.type;
  check(GetParam(), options, {patient});
}

INSTANTIATE_TEST_SUITE_P(
    Variables, FunctionGives,
    ::testing::Values(
        Case{"defineVariable('v', 'a').select(%v)", "a"},
        Case{"name.defineVariable('n').family.select($this & %n.count().toString())", "Doe2|Roe2"},
        Case{"defineVariable('n', name.first()).select(%n.given) | defineVariable('n', "
             "name.last()).select(%n.given)",
             "Ann|Bea|Cy"},
        Case{"name.select(defineVariable('f', family).given.select(%f & $this))", "DoeAnn|DoeBea|RoeCy"},
        Case{"'aaa'.replace(defineVariable('p', 'aaa').select(%p), defineVariable('p', 'b').select(%p))",
             "b"},
        Case{"defineVariable('a' & 'b', 1).select(%ab)", "1"},
        Case{"defineVariable('a' & 'b', 1).select(%other)", "!variable %other has no value"},
        Case{"defineVariable('v').select(defineVariable('v'))",
             "!the variable %v is already defined, at position 42"},
        Case{"defineVariable('v') and %v", "!unknown variable %v"},
        Case{"name.select(defineVariable('f', family)) | name.select(%f)", "!unknown variable %f"},
        Case{"defineVariable('context', 1)", "!the variable %context is already defined"},
        Case{"defineVariable('ext-x')", "!the variable %ext-x is already defined"},
        Case{"defineVariable('n', name).select(%n.nick)", "!HumanName has no element nick"},
        Case{"defineVariable({})", "!needs a name"}));

INSTANTIATE_TEST_SUITE_P(
    DatesAndTimes, FunctionGives,
    ::testing::Values(
        Case{"@2014-01-05T10:30:00.000.yearOf()", "2014"},
        Case{"@2014-01-05.monthOf() + @2014-01-05.dayOf()", "6"}, Case{"@2012.monthOf()", ""},
        Case{"@2012-01-01T03:30:40.002-07:00.hourOf()", "3"},
        Case{"@2012-01-01T12:30:40.002-07:00.minuteOf()", "30"}, Case{"@T12:30:40.secondOf()", "40"},
        Case{"@2012-01-01T12:30:00.002-07:00.millisecondOf()", "2"}, Case{"@T12:30.yearOf()", ""},
        Case{"@2012-01-01T12:30:00.000-07:00.timezoneOffsetOf()", "-7.0"},
        Case{"@2012-01-01T12:30:00.timezoneOffsetOf()", ""},
        Case{"@2012-01-01T12:30:00.000-07:00.dateOf()", "2012-01-01"},
        Case{"@2012-01-01T12:30:00.000-07:00.timeOf()", "12:30:00.000"}, Case{"@2012-01.timeOf()", ""},
        Case{"'2012'.yearOf()", "!takes a date or a time"}, Case{"@2016 + 365 days", "2017"},
        Case{"@2014 + 23 months", "2015"}, Case{"@2014-01-01 + 1 'mo'", "!cannot be moved by 'mo'"},
        Case{"@2014-01-01 + 1.9 days", "2014-01-02"}, Case{"@T10:00:00.5 + 0.6 seconds", "10:00:01.100"},
        Case{"@2012-01-01T10:30:31.0 = @2012-01-01T10:30:31", "true"}, Case{"@2012-01 ~ @2012", "false"},
        Case{"@2018-03 > @2018-03-01", ""}, Case{"@T10 > @T10:30", ""},
        Case{"@2017-11-05T01:30:00.0-04:00 < @2017-11-05T01:15:00.0-05:00", "true"},
        Case{"now() = now() and today() = now().dateOf()", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Quantities, FunctionGives,
    ::testing::Values(
        Case{"(3 'm' + 3 'cm').toString()", "303 'cm'"}, Case{"(3 'm' - 3 'cm').toString()", "297 'cm'"},
        Case{"(12 'cm' * 3 'cm').toString()", "36 'cm2'"}, Case{"(3 'cm' * 12 'cm2').toString()", "36 'cm3'"},
        Case{"(12 'cm2' / 3 'cm').toString()", "4 'cm'"}, Case{"(1 'm' * 50 'cm').toString()", "0.5 'm2'"},
        Case{"(3 * 2 'cm').toString()", "6 'cm'"}, Case{"1 month = 30 days", "true"},
        Case{"1 year = 12 months and 1 year = 365 days", "true"}, Case{"1 year > 1 'a'", ""},
        Case{"10 seconds > 1 's'", "true"}, Case{"37 'Cel' = 98.6 '[degF]'", "true"},
        Case{"1 'cm2' > 1 'cm'", ""}, Case{"1 'cm' + 1 'g'", ""},
        Case{"'4 days'.toQuantity('h').toString()", "96 'h'"},
        Case{"'1 week'.toQuantity('days').toString()", "7 day"},
        Case{"'10\\'mg\\''.toQuantity().value", "10"}, Case{"'4days'.toQuantity().unit", "day"},
        Case{"'5mg'.convertsToQuantity()", "false"}, Case{"1 'kg'.convertsToQuantity('g')", "true"},
        Case{"1 'kg'.convertsToQuantity('L')", "false"}, Case{"(-5.5 'mg').abs().toString()", "5.5 'mg'"},
        Case{"1 'cm'.comparable(1 '[in_i]')", "true"}, Case{"1 'g' div 2", "!div and mod take numbers"}));

INSTANTIATE_TEST_SUITE_P(
    Strings, FunctionGives,
    ::testing::Values(
        Case{
            R"('11/30/1972'.replaceMatches('\\b(?<month>\\d{1,2})/(?<day>\\d{1,2})/(?<year>\\d{2,4})\\b', '${day}-${month}-${year}'))",
            "30-11-1972"},
        Case{"'abc'.replaceMatches('(a)(b)', '$2$1')", "bac"},
        Case{"'abc'.replaceMatches('b', '$1\\\\')", "a$1\\c"},
        Case{"'abc'.replaceMatches('x*', '-')", "-a-b-c-"}, Case{"'aé'.replaceMatches('é', 'e')", "ae"},
        Case{"'éa'.replaceMatches('x*', '-')", "-é-a-"}, Case{"'ff'.decode('hex')", ""},
        Case{"'a\xFF'", "!expected UTF-8, at position 2"}, Case{"'c3a9'.decode('hex')", "é"},
        Case{"'abc'.matches('(?<=a)b')", "!malformed"}, Case{"'N8000123123'.matches('^N[0-9]{8}$')", "false"},
        Case{"'N8000123123'.matchesFull('N[0-9]{10}')", "true"}, Case{"'abc abc'.lastIndexOf('a')", "4"},
        Case{"'abc'.lastIndexOf('')", "0"}, Case{"'abcdefg'.substring(7, 1)", ""},
        Case{"'abcdefg'.substring(3, -1)", ""}, Case{"'abc'.replace('', 'x')", "xaxbxcx"},
        Case{"name.given.upper()", "!must be one item"},
        Case{"coalesce({}, name.family.first(), 'x')", "Doe"}, Case{"'abc'.indexOf({})", ""},
        Case{"'&lt;&apos;&#39;&amp;lt;'.unescape('html')", "<''&lt;"},
        Case{"'é'.upper() & 'É'.lower()", "Éé"}, Case{"'É' ~ 'é' and ('e' ~ 'é').not()", "true"},
        Case{"'a\tb' ~ 'a b' and 'a  b' !~ 'a b'", "true"}, Case{"'\\uD83D\\uDE00'.length()", "1"},
        Case{"'\\uD83D'", "!half a character"}, Case{"'\\uDE00'", "!unknown escape"},
        Case{"'\\u00e9\\n'.trim()", "é"}));

INSTANTIATE_TEST_SUITE_P(
    Collections, FunctionGives,
    ::testing::Values(
        Case{"1.combine(2).combine(2).exclude(1)", "2|2"},
        Case{"1.combine(2).combine(2).intersect(2|3)", "2"}, Case{"(1|2|3).take(-1)", ""},
        Case{"(1|2|3).skip(-1)", "1|2|3"},
        Case{"(1|2|3).aggregate(iif($total.empty(), $this, iif($this < $total, $this, $total)))", "1"},
        Case{"name.repeatAll(given).count()", "3"}, Case{"{}.subsetOf(1)", "true"},
        Case{"(1|2).supersetOf({})", "true"}, Case{"descendants().ofType(Element).count()", "14"},
        Case{"descendants().ofType(string).count()", "6"},
        Case{"(true|false).allTrue() or {}.anyTrue()", "false"},
        Case{"-7.combine(3)", "!a sign takes one number"}, Case{"(-7).combine(3)", "-7|3"},
        Case{"(1|3|2).sort($this desc)", "3|2|1"}, Case{"name.sort(use desc, family asc).family", "Roe|Doe"},
        Case{"(1|3|2).sort($this asc)", "1|2|3"}, Case{"(1|2|3)[-1]", ""}, Case{"{} ~ {}", "true"},
        Case{"(1|2) ~ (2|1)", "true"}, Case{"(1|2) = (2|1)", "false"}, Case{"1 in {}", "false"}));

TEST(Hooks, SayWhatIsKnownOfProfilesAndNarratives) {
  const auto document = json::parse(patient_text);
  const Collection focus{resource_item(document->root())};
  Evaluation evaluation;
  evaluation.conforms_to = [](const Item& item, std::string_view canonical) -> std::optional<bool> {
    if (canonical != "http://x/p") return std::nullopt;
    return item.value["id"].text() == "p1";
  };
  const auto gives = [&](std::string_view text) {
    const auto expression = Expression::compile(text);
    const auto result = expression->evaluate(evaluation, focus);
    return result ? is_true(*result) : std::optional<bool>();
  };
  EXPECT_EQ(gives("conformsTo('http://x/p')"), true);
  EXPECT_EQ(gives("name.first().conformsTo('http://x/p')"), false);
  EXPECT_EQ(gives("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')"), true);
  EXPECT_EQ(gives("conformsTo('http://x/other')"), std::nullopt);
}

struct OneSet : fhir::ValueSets {
  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override {
    if (value_set != "http://x/vs|1") return fhir::Membership::unknown;
    return coding.code == "a" && (coding.system.empty() || coding.system == "s") ? fhir::Membership::in
                                                                                 : fhir::Membership::out;
  }
};

TEST(Hooks, SayWhatAValueSetHolds) {
  const auto document = json::parse(
      R"({"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "s", "code": "b"}, {"system": "s", "code": "a"}]}})");
  const Collection focus{resource_item(document->root())};
  const OneSet sets;
  const auto gives = [&](std::string_view text, const fhir::ValueSets* known) {
    Evaluation evaluation;
    evaluation.value_sets = known;
    const auto result = Expression::compile(text)->evaluate(evaluation, focus);
    return result->empty() ? std::string("empty") : to_text((*result)[0]);
  };
  EXPECT_EQ(gives("code.memberOf('http://x/vs|1')", &sets), "true");
  EXPECT_EQ(gives("code.coding.first().memberOf('http://x/vs|1')", &sets), "false");
  EXPECT_EQ(gives("'a'.memberOf('http://x/vs|1')", &sets), "true");
  EXPECT_EQ(gives("code.memberOf('http://x/other')", &sets), "empty");
  EXPECT_EQ(gives("code.memberOf('http://x/vs|1')", nullptr), "empty");
  EXPECT_EQ(gives("status.memberOf('http://hl7.org/fhir/ValueSet/observation-status')", nullptr), "true");
}

TEST(Hooks, TraceGoesToItsSink) {
  const auto document = json::parse(patient_text);
  Evaluation evaluation;
  std::string seen;
  evaluation.trace = [&](std::string_view name, const Collection& items) {
    seen += std::string(name) + ":";
    for (const Item& item : items) seen += to_text(item) + ",";
  };
  const auto expression = Expression::compile("name.trace('families', family).given.trace('given').count()");
  const auto result = expression->evaluate(evaluation, {resource_item(document->root())});
  EXPECT_EQ(to_text((*result)[0]), "3");
  EXPECT_EQ(seen, "families:Doe,Roe,given:Ann,Bea,Cy,");
}

}  // namespace
}  // namespace handoff::fhirpath
