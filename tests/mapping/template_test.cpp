// Templates: what each form of slot and directive makes (mappings/README.md: templates), and the functions in
// addition to FHIRPath's.
#include "scratch.h"

namespace handoff::mapping {
namespace {

const char* const columns =
    R"("id": {"required": true}, "last": {}, "first": {}, "codes": {"type": "list", "separator": ";"}, "born": {"type": "date"},
       "n": {"type": "integer"}, "d": {"type": "decimal"}, "yes": {"type": "boolean"}, "sex": {}, "odd name": {})";

// Uses every column, so that each test shows only its own subject.
const char* const all_used =
    R"("used": {"when": "false", "key": ["urn:u", "{{ id }}"], "resource": {"resourceType": "Basic", "code": {"text":
       "{{ last }}{{ first }}{{ codes.first() }}{{ born }}{{ n }}{{ d }}{{ yes }}{{ sex }}{{ `odd name` }}"}}})";

const char* const lookups = R"("lookups": {
  "sex": {"file": "lookups/sex.csv", "unmapped": "error"}, "pass": {"file": "lookups/sex.csv", "unmapped": "pass"},
  "text": {"file": "lookups/sex.csv", "unmapped": "text"}, "fixed": {"file": "lookups/sex.csv", "unmapped": {"fixed": "other"}}},)";

struct Case {
  std::string members;  // of a Patient template
  std::string row;      // id is 1
  std::string becomes;  // the members produced
};

class Template : public testing::Test {
 protected:
  static std::string map(const std::string& produce) {
    return csv_map(columns, produce + ", " + all_used, lookups);
  }

  // The members of the first resource, except resourceType, id and identifier.
  static std::string render(const std::string& produce, const std::string& row) {
    const Scratch scratch(map(produce));
    scratch.write("lookups/sex.csv", "code,gender,title\nM,male,Mr\nF,female,\n");
    scratch.write("parts/name.json", R"({"family": "{{ %family }}", "given": ["{{ first }}"]})");
    scratch.write("parts/list.json", R"({"{% for c in codes %}": {"text": "{{ %c }}"}})");
    const auto mapping = scratch.mapping();
    if (!mapping) return "not loaded";
    const auto source =
        mapping->read("id,last,first,codes,born,n,d,yes,sex,odd name\n1," + row + "\n", "f.csv", noon());
    if (!source) return source.error().summary();
    OfflineWorld world;
    const Outcome outcome = run_one(*mapping, *source, 0, world);
    if (const auto* rejection = std::get_if<Rejection>(&outcome))
      return rejection->field + ": " + rejection->reason;
    json::Arena arena;
    json::Value resource = std::get<Mapped>(outcome).entries.at(0).resource;
    for (const std::string_view key : {"resourceType", "id", "identifier"})
      resource = json::with_member(arena, resource, key, {});
    return json::write(resource);
  }
  static void check(std::initializer_list<Case> cases) {
    for (const auto& [members, row, becomes] : cases)
      EXPECT_EQ(render(patient(members), row), becomes) << members;
  }
};

TEST_F(Template, FillsSlots) {
  check({{R"("name": [{"family": "{{ last }}", "given": ["{{ first }}", "X."]}])", "Lee,Ann,,,,,,,",
          R"({"name":[{"family":"Lee","given":["Ann","X."]}]})"},
         {R"("name": [{"text": "{{ first }} {{ last }}!"}])", "Lee,Ann,,,,,,,",
          R"({"name":[{"text":"Ann Lee!"}]})"},
         {R"("name": [{"text": "{{ first }} {{ last }}"}])", "Lee,,,,,,,,", "{}"},
         {R"("name": [{"given": "{[ codes ]}"}])", ",,a;b,,,,,,", R"({"name":[{"given":["a","b"]}]})"},
         {R"("name": [{"given": ["{[ codes ]}", "{{ last }}"]}])", "z,,a;b,,,,,,",
          R"({"name":[{"given":["a","b","z"]}]})"},
         {R"("name": [{"text": "{{ codes.tail() | codes }}"}, {"text": "{{ `odd name` }}"}])",
          ",,a;b,,,,,,odd", R"({"name":[{"text":"b"},{"text":"odd"}]})"},
         {R"("name": [{"text": "{{ iif(last = 'x', {}, last & '}}') }}"}])", "y,,,,,,,,",
          R"({"name":[{"text":"y}}"}]})"},
         {R"("name": [{"text": "@patient @@"}])", ",,,,,,,,", R"({"name":[{"text":"@patient @@"}]})"},
         {R"("name": [{"text": "@@last"}])", ",,,,,,,,", R"({"name":[{"text":"@last"}]})"}});
}

TEST_F(Template, ConvertsToTheElementsPrimitive) {
  check(
      {{R"("birthDate": "{{ born }}", "active": "{{ yes }}", "multipleBirthInteger": "{{ n }}")",
        ",,,1990-01-02,07,,true,,", R"({"birthDate":"1990-01-02","active":true,"multipleBirthInteger":7})"},
       {R"("extension": [{"url": "urn:e", "valueDecimal": "{{ d }}"}, {"url": "urn:f", "valueString": "{{ d }}"}])",
        ",,,,,1.50,,,",
        R"({"extension":[{"url":"urn:e","valueDecimal":1.50},{"url":"urn:f","valueString":"1.50"}]})"},
       {R"("multipleBirthInteger": "{{ last & '' }}")", "two,,,,,,,,", "last: not a number"},
       {R"("active": "{{ last & '' }}")", "maybe,,,,,,,,", "last: neither true nor false"},
       {R"("name": [{"text": "{{ coding('urn:s', last) }}"}])", "x,,,,,,,,", "last: not a single value"},
       {R"("_birthDate": {"extension": [{"url": "urn:e", "valueString": "{{ last }}"}]})", "x,,,,,,,,",
        R"({"_birthDate":{"extension":[{"url":"urn:e","valueString":"x"}]}})"}});
}

TEST_F(Template, LetsTheEmptyDisappear) {
  check(
      {{R"("name": [{"family": "{{ last }}", "given": ["{{ first }}"], "period": {"start": "{{ born }}"}}], "photo": [[], [{"title": ""}]], "deceasedBoolean": null)",
        ",,,,,,,,", "{}"},
       {R"("name": [{"family!": "{{ last }}"}])", ",,,,,,,,",
        "Patient.name.family: required element has no value"},
       {R"("name": [{"family!": "{{ last }}"}])", "a,,,,,,,,", R"({"name":[{"family":"a"}]})"}});
}

TEST_F(Template, Assigns) {
  check(
      {{R"("{% assign %}": [{"a": "{{ last }}-"}, {"b": "{{ %a }}{{ first }}"}], "name": [{"text": "{{ %b }}"}])",
        "x,y,,,,,,,", R"({"name":[{"text":"x-y"}]})"},
       {R"("{% assign %}": {"all": "{[ codes ]}"}, "name": [{"text": "{{ %all.count() }}"}])", ",,a;b,,,,,,",
        R"({"name":[{"text":"2"}]})"},
       {R"("{% assign %}": [{"o": {"k": ["{{ last }}", "z"]}}], "name": [{"given": "{[ %o.k ]}"}])",
        "x,,,,,,,,", R"({"name":[{"given":["x","z"]}]})"},
       {R"("{% assign %}": [{"a": "out"}], "name": [{"{% assign %}": [{"a": "in"}], "text": "{{ %a }}"}, {"text": "{{ %a }}"}])",
        ",,,,,,,,", R"({"name":[{"text":"in"},{"text":"out"}]})"}});
}

TEST_F(Template, Chooses) {
  const std::string choice =
      R"("name": [{"{% if last.exists() %}": {"family": "{{ last }}"}, "{% else %}": {"text": "nobody"}}])";
  const std::string beside =
      R"("active": true, "{% if yes %}": {"gender": "male", "birthDate": "{{ born }}"})";
  check({{choice, "a,,,,,,,,", R"({"name":[{"family":"a"}]})"},
         {choice, ",,,,,,,,", R"({"name":[{"text":"nobody"}]})"},
         {beside, ",,,1990-01-02,,,true,,", R"({"active":true,"gender":"male","birthDate":"1990-01-02"})"},
         {beside, ",,,1990-01-02,,,false,,", R"({"active":true})"},
         {beside, ",,,,,,,,", R"({"active":true})"}});
}

TEST_F(Template, Repeats) {
  check({{R"("name": [{"{% for c in codes %}": {"text": "{{ %index }}:{{ %c }}"}}])", ",,a;b,,,,,,",
          R"({"name":[{"text":"0:a"},{"text":"1:b"}]})"},
         {R"("name": {"{% for c in codes %}": {"text": "{{ last }}{{ %c }}"}})", "x,,a;b,,,,,,",
          R"({"name":[{"text":"xa"},{"text":"xb"}]})"},
         {R"("name": [{"{% for c in codes %}": {"given": [{"{% for d in codes %}": "{{ %c & %d }}"}]}}])",
          ",,a;b,,,,,,", R"({"name":[{"given":["aa","ab"]},{"given":["ba","bb"]}]})"},
         {R"("name": [{"{% for c in codes.where($this != %context.last) %}": {"text": "{{ %c }}"}}])",
          "a,,a;b,,,,,,", R"({"name":[{"text":"b"}]})"}});
}

TEST_F(Template, MergesAndUsesParts) {
  check(
      {{R"("{% merge %}": [{"active": true}, {"{% if yes %}": {"gender": "male"}}, {"{% if n = 1 %}": {"birthDate": "{{ born }}"}}])",
        ",,,1990-01-02,1,,true,,", R"({"active":true,"gender":"male","birthDate":"1990-01-02"})"},
       {R"("name": [{"{% use %}": "parts/name", "with": {"family": "{{ last }}"}}])", "x,y,,,,,,,",
        R"({"name":[{"family":"x","given":["y"]}]})"},
       {R"("name": [{"use": "official", "{% use %}": "parts/name", "with": {"family": "{{ last }}"}}])",
        "x,,,,,,,,", R"({"name":[{"use":"official","family":"x"}]})"},
       {R"("name": [{"{% use %}": "parts/list"}])", ",,a,,,,,,", R"({"name":[{"text":"a"}]})"}});
}

TEST_F(Template, LooksUp) {
  check(
      {{R"("gender": "{{ lookup('sex', sex) }}", "name": [{"prefix": ["{{ lookup('sex', sex, 'title') }}"]}])",
        ",,,,,,,M,", R"({"gender":"male","name":[{"prefix":["Mr"]}]})"},
       {R"("gender": "{{ lookup('sex', sex) }}", "name": [{"prefix": ["{{ lookup('sex', sex, 'title') }}"]}])",
        ",,,,,,,F,", R"({"gender":"female"})"},
       {R"("gender": "{{ lookup('sex', sex) }}")", ",,,,,,,,", "{}"},
       {R"("gender": "{{ lookup('sex', sex) }}")", ",,,,,,,Q,", "sex: code not in the code list"},
       {R"("gender": "{{ lookup('pass', sex) }}")", ",,,,,,,Q,", R"({"gender":"Q"})"},
       {R"("gender": "{{ lookup('fixed', sex) }}")", ",,,,,,,Q,", R"({"gender":"other"})"},
       {R"("maritalStatus": {"coding": ["{{ coding('urn:s', lookup('text', sex), 'shown') }}"]})",
        ",,,,,,,Q,", R"({"maritalStatus":{"text":"Q"}})"},
       {R"("maritalStatus": {"coding": ["{{ coding('urn:s', lookup('text', sex), 'shown') }}"]})",
        ",,,,,,,M,",
        R"({"maritalStatus":{"coding":[{"system":"urn:s","code":"male","display":"shown"}]}})"}});
}

TEST_F(Template, KnowsTheRecordTheFileAndTheClock) {
  check(
      {{R"("name": [{"text": "{{ %file }}#{{ %record }}"}], "birthDate": "{{ %clock.toString().substring(0, 10) }}")",
        ",,,,,,,,", R"({"name":[{"text":"f.csv#2"}],"birthDate":"2024-06-30"})"},
       {R"("name": [{"text": "{{ today() }}"}])", ",,,,,,,,", R"({"name":[{"text":"2024-06-30"}]})"}});
}

TEST_F(Template, RequiresWhatItIsTold) {
  const std::string produce =
      R"("p": {"key": ["urn:x", "{{ id }}"], "require": [{"that": "n > 1", "say": "too few"}],
    "resource": {"resourceType": "Patient", "active": true}})";
  EXPECT_EQ(render(produce, ",,,,2,,,,"), R"({"active":true})");
  EXPECT_EQ(render(produce, ",,,,1,,,,"), "n: too few");
  EXPECT_EQ(render(produce, ",,,,,,,,"), "n: too few");
}

TEST_F(Template, StopsAtErrorsOfExpressions) {
  EXPECT_EQ(render(patient(R"("name": [{"text": "{{ codes.single() }}"}])"), ",,a;b,,,,,,").substr(0, 6),
            "codes:");
}

}  // namespace
}  // namespace handoff::mapping
