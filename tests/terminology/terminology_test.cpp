// The terminology of R4 as published, and small systems and value sets of our own: which codes are in, out,
// or unknown.
#include "terminology/terminology.h"

#include <gtest/gtest.h>

#include "core/hash.h"
#include "terminology/expansion.h"
#include "terminology/questions.h"

namespace handoff::terminology {
namespace {

using fhir::Membership;

json::Document parsed(std::string_view text) {
  auto document = json::parse(text);
  EXPECT_TRUE(document) << document.error().summary();
  return std::move(*document);
}

// A hierarchy with a second parent, an abstract code and a retired code. Case does not matter in it.
constexpr const char* colours =
    R"({"resourceType": "CodeSystem", "url": "http://c", "version": "1", "name": "Colours", "status": "active",
  "content": "complete", "caseSensitive": false, "property": [{"code": "warm", "type": "boolean"}], "concept": [
  {"code": "any", "display": "Any colour", "property": [{"code": "notSelectable", "valueBoolean": true}], "concept": [
    {"code": "red", "display": "Red", "property": [{"code": "warm", "valueBoolean": true}],
     "designation": [{"language": "de", "value": "Rot"}],
     "concept": [{"code": "crimson", "display": "Crimson", "property": [{"code": "warm", "valueBoolean": true}]}]},
    {"code": "blue", "display": "Blue"},
    {"code": "purple", "display": "Purple", "property": [{"code": "parent", "valueCode": "red"}, {"code": "parent", "valueCode": "blue"}]},
    {"code": "mauve", "display": "Mauve", "property": [{"code": "status", "valueCode": "retired"}]}]}]})";

std::string value_set(const std::string& url, const std::string& compose) {
  return R"({"resourceType": "ValueSet", "status": "active", "url": ")" + url + R"(", "compose": )" +
         compose + "}";
}

class TerminologyTest : public testing::Test {
 protected:
  void SetUp() override { add(colours); }
  void add(const std::string& text) {
    const auto added = terminology_.add(parsed(text));
    ASSERT_TRUE(added) << added.error().summary();
  }
  Membership in(std::string_view set, std::string_view code, std::string_view system = "http://c") {
    return terminology_.contains(set, {system, {}, code});
  }
  std::vector<std::string> codes(const std::string& set, const ExpansionRequest& request = {}) {
    const ValueSet* const found = terminology_.find_value_set(set);
    if (!found) return {"no such value set"};
    const auto all = codes_of(terminology_, *found, request);
    if (!all) return {all.error().summary()};
    std::vector<std::string> names;
    for (const ExpandedCode& code : *all) names.emplace_back(code.code);
    return names;
  }
  using Names = std::vector<std::string>;

  Terminology terminology_;
};

TEST_F(TerminologyTest, KnowsWhatR4Publishes) {
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/administrative-gender", "female",
               "http://hl7.org/fhir/administrative-gender"),
            Membership::in);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", "female", ""), Membership::in);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/administrative-gender", "Female", ""), Membership::out)
      << "cases matter there";
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/administrative-gender", "female", "http://other"),
            Membership::out);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/administrative-gender|99", "female", ""), Membership::unknown);
  const std::string act = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
  EXPECT_EQ(in("http://terminology.hl7.org/ValueSet/v3-PurposeOfUse", "TREAT", act), Membership::in)
      << "below PurposeOfUse";
  EXPECT_EQ(in("http://terminology.hl7.org/ValueSet/v3-PurposeOfUse", "PurposeOfUse", act), Membership::in);
  EXPECT_EQ(in("http://terminology.hl7.org/ValueSet/v3-PurposeOfUse", "NOBODY", act), Membership::out);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/condition-code", "anything", "http://snomed.info/sct"),
            Membership::unknown);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/nobody-knows", "x", ""), Membership::unknown);
}

TEST_F(TerminologyTest, EveryResourceOfTheArchiveCanBeRead) {
  std::size_t sets = 0, systems = 0;
  for (const fhir::Archive::Entry& entry : fhir::Archive::built_in().entries()) {
    if (entry.type == "StructureDefinition") continue;  // our profiles
    if (entry.type == "ValueSet") sets += terminology_.find_value_set(entry.canonical) != nullptr;
    if (entry.type == "CodeSystem") systems += terminology_.find_code_system(entry.canonical) != nullptr;
    // Only supplements another system.
    if (entry.canonical == "http://hl7.org/fhir/CodeSystem/example-supplement") continue;
    EXPECT_TRUE(entry.type == "ConceptMap" || terminology_.find_value_set(entry.canonical) ||
                terminology_.find_code_system(entry.canonical))
        << entry.type << " " << entry.canonical;
  }
  EXPECT_GT(sets, 1'200u);
  EXPECT_GT(systems, 1'000u);
}

TEST_F(TerminologyTest, FiltersFollowTheHierarchyByAllItsWays) {
  const auto filtered = [](const std::string& property, const std::string& op, const std::string& value) {
    return value_set("http://v/" + to_hex(op + property + value),
                     R"({"include": [{"system": "http://c", "filter": [{"property": ")" + property +
                         R"(", "op": ")" + op + R"(", "value": ")" + value + R"("}]}]})");
  };
  const std::tuple<const char*, const char*, const char*, Names> cases[] = {
      {"concept", "is-a", "red", {"red", "crimson", "purple"}},
      {"concept", "descendent-of", "red", {"crimson", "purple"}},
      {"concept", "is-not-a", "any", {}},
      {"concept", "generalizes", "purple", {"any", "red", "blue", "purple"}},
      {"warm", "=", "true", {"red", "crimson"}},
      {"warm", "exists", "false", {"any", "blue", "purple", "mauve"}},
      {"parent", "=", "blue", {"purple"}},
      {"child", "=", "purple", {"any", "red", "blue"}},
      {"child", "exists", "false", {"crimson", "purple", "mauve"}},
      {"code", "in", "red, blue", {"red", "blue"}},
      {"code", "not-in", "red,blue,any,purple", {"crimson", "mauve"}},
      {"code", "regex", "(cri|pur).*", {"crimson", "purple"}}};
  for (const auto& [property, op, value, expected] : cases) {
    add(filtered(property, op, value));
    EXPECT_EQ(codes("http://v/" + to_hex(std::string(op) + property + value)), expected)
        << property << " " << op << " " << value;
  }
  add(filtered("code", "nonsense", "x"));
  EXPECT_EQ(in("http://v/" + to_hex("nonsensecodex"), "red"), Membership::unknown);
  EXPECT_NE(codes("http://v/" + to_hex("nonsensecodex")).front().find("not served"), std::string::npos);
}

TEST_F(TerminologyTest, CasesMatterWhereTheSystemSaysSo) {
  add(value_set(
      "http://v/listed",
      R"({"include": [{"system": "http://c", "concept": [{"code": "red", "display": "Very red"}]}]})"));
  EXPECT_EQ(in("http://v/listed", "RED"), Membership::in);
  EXPECT_EQ(in("http://v/listed", "blue"), Membership::out);
  EXPECT_EQ(in("http://v/listed", "red", ""), Membership::in);
}

TEST_F(TerminologyTest, ValueSetsAreMadeOfOthers) {
  add(value_set(
      "http://v/all",
      R"({"include": [{"system": "http://c"}], "exclude": [{"system": "http://c", "concept": [{"code": "any"}]}]})"));
  add(value_set(
      "http://v/reds",
      R"({"include": [{"system": "http://c", "filter": [{"property": "concept", "op": "is-a", "value": "red"}]}]})"));
  add(value_set("http://v/both", R"({"include": [{"valueSet": ["http://v/all", "http://v/reds"]}]})"));
  add(value_set("http://v/unknown", R"({"include": [{"valueSet": ["http://v/all", "http://nobody"]}]})"));
  add(value_set("http://v/self", R"({"include": [{"valueSet": ["http://v/self"]}]})"));
  EXPECT_EQ(codes("http://v/all"), (Names{"red", "crimson", "blue", "purple", "mauve"}));
  EXPECT_EQ(codes("http://v/both"), (Names{"red", "crimson", "purple"}));
  EXPECT_EQ(in("http://v/both", "blue"), Membership::out);
  EXPECT_EQ(in("http://v/unknown", "red"), Membership::unknown);
  EXPECT_EQ(in("http://v/unknown", "any"), Membership::out) << "it is in none that is known";
  EXPECT_EQ(in("http://v/self", "red"), Membership::unknown);
  EXPECT_NE(codes("http://v/self").front().find("or itself"), std::string::npos);
  EXPECT_NE(codes("http://v/unknown").front().find("not known here"), std::string::npos);
}

TEST_F(TerminologyTest, OfManyCodesAFewAreNamed) {
  std::vector<CodeQuestion> codings;
  for (int i = 0; i < 1000; ++i)
    codings.push_back({.system = "http://c", .code = "none" + std::to_string(i)});
  const auto said = validate_code(terminology_, codings);
  ASSERT_TRUE(said) << said.error().summary();
  EXPECT_NE(said->find("and 992 more"), std::string::npos) << *said;
}

TEST_F(TerminologyTest, LongChainsAndManySystemsEnd) {
  std::string csv = "system,code,display,parent\nhttp://chain,0,x,\n", contains;
  for (int i = 1; i < 50'000; ++i) csv += "," + std::to_string(i) + ",x," + std::to_string(i - 1) + "\n";
  const auto chain = CodeSystem::read_table(csv).value();
  for (int i = 0; i < 50'000; ++i)
    contains += (i ? R"(,{"code":"a","system":"http://s/)" : R"({"code":"a","system":"http://s/)") +
                std::to_string(i) + "\"}";
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(chain.subsumes(*chain.find("0"), *chain.find("49999")));
  const auto refused =
      ValueSet::read(parsed(R"({"resourceType":"ValueSet","expansion":{"contains":[)" + contains + "]}}"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().issues.front().expression, "ValueSet.expansion");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
}

// A package's value sets may refer to each other again and again. For one code, each set is asked only once.
TEST_F(TerminologyTest, EachValueSetIsAskedOnceForACode) {
  const auto named = [](const std::string& url, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += (i ? "," : "") + (R"({"valueSet": [")" + url + R"("]})");
    return R"({"include": [)" + all + "]}";
  };
  add(value_set("http://v/knot", named("http://v/knot", 10)));
  EXPECT_EQ(in("http://v/knot", "red"), Membership::unknown);
  for (int i = 0; i < 12; ++i)
    add(value_set("http://v/" + std::to_string(i), named("http://v/" + std::to_string(i + 1), 300)));
  add(value_set("http://v/12", R"({"include": [{"system": "http://c", "concept": [{"code": "red"}]}]})"));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(in("http://v/0", "red"), Membership::in);
  EXPECT_EQ(in("http://v/0", "blue"), Membership::out);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
}

// A posted value set may ask for every code again and again.
TEST_F(TerminologyTest, ExpansionHasItsLimits) {
  std::string csv = "system,code,display\nhttp://many,0,x\n";
  for (int i = 1; i < 20'000; ++i) csv += "," + std::to_string(i) + ",x\n";
  ASSERT_TRUE(terminology_.add(CodeSystem::read_table(csv).value()));
  const auto made_of = [](std::size_t times, const std::string& include) {
    std::string all = include;
    for (std::size_t i = 1; i < times; ++i) all += "," + include;
    return all;
  };
  const std::string none =
      R"({"system": "http://many", "filter": [{"property": "concept", "op": "is-a", "value": "none"}]})";
  add(value_set("http://v/few", R"({"include": [)" + made_of(3, none) + "]}"));
  add(value_set("http://v/again", R"({"include": [)" + made_of(400, none) + "]}"));
  add(value_set("http://v/left",
                R"({"include": [{"system": "http://many"}], "exclude": [)" + made_of(100, none) + "]}"));
  EXPECT_EQ(codes("http://v/few"), Names{});
  EXPECT_NE(codes("http://v/again").front().find("steps to expand"), std::string::npos);
  EXPECT_NE(codes("http://v/left").front().find("steps to expand"), std::string::npos);
  const auto refused =
      ValueSet::read(parsed(value_set("http://v/long", R"({"include": [)" + made_of(501, none) + "]}")));
  ASSERT_FALSE(refused) << "1,002 parts";
  EXPECT_EQ(refused.error().issues.front().expression, "ValueSet.compose");
}

TEST_F(TerminologyTest, ExpandsByWordsAndPages) {
  add(value_set("http://v/all", R"({"include": [{"system": "http://c"}]})"));
  EXPECT_EQ(codes("http://v/all", {.filter = "pURp"}), (Names{"purple"}));
  EXPECT_EQ(codes("http://v/all", {.filter = "", .active_only = true}),
            (Names{"any", "red", "crimson", "blue", "purple"}));
  const ValueSet* const set = terminology_.find_value_set("http://v/all");
  const auto page = expand(terminology_, *set,
                           {.filter = "", .offset = 1, .count = 2, .with_designations = true}, Instant{});
  ASSERT_TRUE(page);
  const json::Document answer = parsed(*page);
  const json::Value expansion = answer.root()["expansion"];
  EXPECT_EQ(expansion["total"].text(), "6");
  EXPECT_EQ(expansion["offset"].text(), "1");
  ASSERT_EQ(expansion["contains"].size(), 2u);
  EXPECT_EQ(expansion["contains"].at(0)["code"].text(), "red");
  EXPECT_EQ(expansion["contains"].at(0)["designation"].at(0)["value"].text(), "Rot");
  EXPECT_FALSE(answer.root()["compose"]);
  const auto none = expand(terminology_, *set, {.filter = "", .count = 0}, Instant{});
  ASSERT_TRUE(none);
  EXPECT_EQ(parsed(*none).root()["expansion"]["contains"].size(), 0u);
}

TEST_F(TerminologyTest, LooksUpAndCompares) {
  const auto found = lookup(terminology_, {"http://c", "", "purple", ""});
  ASSERT_TRUE(found);
  EXPECT_NE(found->find(R"({"name":"display","valueString":"Purple"})"), std::string::npos) << *found;
  EXPECT_NE(found->find(R"({"name":"code","valueCode":"parent"},{"name":"value","valueCode":"blue"})"),
            std::string::npos)
      << *found;
  EXPECT_EQ(lookup(terminology_, {"http://c", "", "puce", ""}).error().kind, Kind::not_found);
  EXPECT_EQ(lookup(terminology_, {"http://d", "", "red", ""}).error().kind, Kind::not_found);
  EXPECT_EQ(lookup(terminology_, {"http://c", "2", "red", ""}).error().kind, Kind::not_found);
  const std::tuple<const char*, const char*, const char*> cases[] = {{"red", "red", "equivalent"},
                                                                     {"red", "crimson", "subsumes"},
                                                                     {"purple", "blue", "subsumed-by"},
                                                                     {"crimson", "blue", "not-subsumed"}};
  for (const auto& [a, b, outcome] : cases)
    EXPECT_NE(subsumes(terminology_, "http://c", a, b)->find(outcome), std::string::npos) << a << b;
}

TEST_F(TerminologyTest, ValidatesCodesAndTheirDisplays) {
  add(value_set("http://v/all", R"({"include": [{"system": "http://c"}]})"));
  const ValueSet& set = *terminology_.find_value_set("http://v/all");
  const auto said = [&](const CodeQuestion& question) {
    const auto answer = validate_code(terminology_, set, {question});
    return answer ? *answer : answer.error().summary();
  };
  EXPECT_NE(said({"http://c", "", "red", "red"}).find(R"("result","valueBoolean":true)"), std::string::npos);
  EXPECT_NE(said({"http://c", "", "red", "Rot"}).find(R"("result","valueBoolean":true)"), std::string::npos)
      << "a designation";
  EXPECT_NE(said({"http://c", "", "red", "Blue"}).find(R"("result","valueBoolean":false)"),
            std::string::npos);
  EXPECT_NE(said({"http://c", "", "puce", ""}).find(R"("result","valueBoolean":false)"), std::string::npos);
  EXPECT_NE(said({"http://snomed.info/sct", "", "1", ""}).find(R"("result","valueBoolean":false)"),
            std::string::npos);
  EXPECT_FALSE(validate_code(terminology_, set, {}));
}

TEST_F(TerminologyTest, SupplementsAddDisplaysAndMayBeReplaced) {
  for (const char* said : {"Rouge", "Rosso"})
    add(R"({"resourceType": "CodeSystem", "url": "http://c-more", "content": "supplement", "supplements": "http://c|1",
      "concept": [{"code": "red", "designation": [{"value": ")" +
        std::string(said) + "\"}]}]}");
  const std::string found = lookup(terminology_, {"http://c", "", "red", ""}).value();
  EXPECT_NE(found.find("Rosso"), std::string::npos) << found;
  EXPECT_EQ(found.find("Rouge"), std::string::npos) << found;
  EXPECT_EQ(terminology_.find_code_system("http://c-more"), nullptr) << "it adds to one, and is none";
}

TEST_F(TerminologyTest, TranslatesBothWays) {
  add(R"({"resourceType": "ConceptMap", "url": "http://m", "status": "active", "sourceUri": "http://v/a", "targetUri": "http://v/b",
    "group": [{"source": "http://c", "target": "http://d", "element": [
      {"code": "red", "target": [{"code": "R", "display": "Rouge", "equivalence": "wider"}]},
      {"code": "blue", "target": [{"equivalence": "unmatched"}]}], "unmapped": {"mode": "fixed", "code": "OTHER"}}]})");
  const auto said = [&](TranslationRequest request) {
    const auto answer = translate(terminology_, request);
    return answer ? *answer : answer.error().summary();
  };
  EXPECT_NE(said({.map = "http://m", .codings = {{"http://c", "", "red", ""}}})
                .find(R"("code":"R","display":"Rouge")"),
            std::string::npos);
  EXPECT_NE(
      said({.map = "http://m", .codings = {{"http://c", "", "blue", ""}}}).find(R"("valueBoolean":false)"),
      std::string::npos);
  EXPECT_NE(said({.map = "http://m", .codings = {{"http://c", "", "purple", ""}}}).find(R"("code":"OTHER")"),
            std::string::npos);
  const std::string back =
      said({.map = "http://m", .is_reverse = true, .codings = {{"http://d", "", "R", ""}}});
  EXPECT_NE(back.find(R"("code":"red")"), std::string::npos) << back;
  EXPECT_NE(back.find(R"("valueCode":"narrower")"), std::string::npos) << back;
  EXPECT_NE(said({.map = "http://n", .codings = {{"http://c", "", "red", ""}}}).find("not known here"),
            std::string::npos);
  EXPECT_NE(said({.source = "http://hl7.org/fhir/ValueSet/address-use", .codings = {{"", "", "home", ""}}})
                .find(R"("code":"H")"),
            std::string::npos)
      << "R4's own maps";
}

TEST_F(TerminologyTest, TablesBringWhatNobodyMayShip) {
  const auto read = [](std::string_view csv) { return CodeSystem::read_table(csv); };
  auto system = read(
      "\xef\xbb\xbfsystem,version,code,display,note,parent\r\n"
      "http://hl7.org/fhir/sid/icd-10-cm,2026,F10-F19,\"Use of, "
      "\"\"substances\"\"\",,\r\n,,F11,Opioids,x,F10-F19\n"
      ",2026,F11.20,Dependence,,F11\n");
  ASSERT_TRUE(system) << system.error().summary();
  EXPECT_EQ(system->find("F10-F19")->display, R"(Use of, "substances")");
  EXPECT_TRUE(system->subsumes(*system->find("F10-F19"), *system->find("F11.20")));
  ASSERT_TRUE(terminology_.add(std::move(*system)));
  add(value_set(
      "http://v/opioids",
      R"({"include": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "filter": [{"property": "concept", "op": "is-a", "value": "F11"}]}]})"));
  EXPECT_EQ(in("http://v/opioids", "F11.20", "http://hl7.org/fhir/sid/icd-10-cm"), Membership::in);
  EXPECT_EQ(in("http://v/opioids", "F99", "http://hl7.org/fhir/sid/icd-10-cm"), Membership::out);
  const std::pair<std::string, const char*> bad[] = {
      {"", "no codes"},
      {"system,code,display\n", "no codes"},
      {"system,name,display\n", "record 1: the header lacks the column code"},
      {"code,display\n", "record 1: the header lacks the column system"},
      {"system,code,display\n,a,A\n", "record 2: the first record must name the system"},
      {"system,code,display\nhttp://s,a,A\nhttp://t,b,B\n", "record 3: another system"},
      {"system,version,code,display\nhttp://s,1,a,A\n,2,b,B\n", "record 3: another version"},
      {"system,code,display\nhttp://s,a,A\n,a,B\n", "record 3"},
      {"system,code,display,parent\nhttp://s,a,A,b\n", "record 2: its parent b"},
      {"system,code,display\nhttp://s,a,\"A\" b\n", "record 2: a quote"},
      {"system,code,display\nhttp://s,,A\n", "record 2: no code"},
      {"system,code,display\nhttp://s,a,\xff\n", "UTF-8"}};
  for (const auto& [csv, what] : bad) {
    const auto refused = read(csv);
    ASSERT_FALSE(refused) << csv;
    EXPECT_NE(refused.error().summary().find(what), std::string::npos) << refused.error().summary();
  }
}

TEST_F(TerminologyTest, WhatIsBrokenIsRefusedByName) {
  const std::pair<std::string, const char*> bad[] = {
      {R"({"resourceType": "CodeSystem", "content": "complete"})", "CodeSystem.url"},
      {R"({"resourceType": "CodeSystem", "url": "http://x", "content": "complete", "concept": [{"code": "a"}, {"code": "a"}]})",
       "CodeSystem.concept.code"},
      {value_set("http://x", R"({"include": [{}]})"), "ValueSet.compose.include[0]"},
      {value_set("http://x", R"({"include": [{"valueSet": ["http://y"], "concept": [{"code": "a"}]}]})"),
       "ValueSet.compose.include[0].system"},
      {R"({"resourceType": "Patient"})", "Patient"}};
  for (const auto& [text, place] : bad) {
    const auto refused = terminology_.add(parsed(text));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().issues.front().expression, place);
  }
}

TEST(Added, IsWhatPackagesBring) {
  Terminology sets;
  for (
      const char* text :
      {R"({"resourceType":"CodeSystem","url":"http://x.org/cs","content":"complete","concept":[{"code":"a","concept":[{"code":"b"}]}]})",
       R"({"resourceType":"ValueSet","url":"http://x.org/all","compose":{"include":[{"system":"http://x.org/cs"}]}})",
       R"({"resourceType":"ValueSet","url":"http://x.org/some","compose":{"include":[{"system":"http://x.org/cs","concept":[{"code":"a"}]},{"valueSet":["http://hl7.org/fhir/ValueSet/administrative-gender"]}]}})",
       R"({"resourceType":"ValueSet","url":"http://x.org/less","compose":{"include":[{"valueSet":["http://x.org/all"]}],"exclude":[{"system":"http://x.org/cs","concept":[{"code":"b"}]}]}})",
       R"({"resourceType":"ValueSet","url":"http://x.org/open","compose":{"include":[{"system":"http://loinc.org"},{"system":"http://x.org/cs","concept":[{"code":"a"}]}]}})",
       R"({"resourceType":"ValueSet","url":"http://x.org/listed","expansion":{"contains":[{"system":"http://x.org/cs","code":"z"}]}})",
       R"({"resourceType":"ValueSet","url":"http://x.org/circle","compose":{"include":[{"valueSet":["http://x.org/circle"]}]}})"}) {
    auto document = json::parse(text);
    ASSERT_TRUE(document) << text;
    const auto added = sets.add(std::move(*document));
    ASSERT_TRUE(added) << added.error().summary();
  }
  struct Case {
    const char *set, *system, *code;
    Membership expected;
  };
  for (const auto& [set, system, code, expected] :
       {Case{"all", "http://x.org/cs", "b", Membership::in},
        {"all", "", "b", Membership::in},
        {"all", "http://x.org/cs", "c", Membership::out},
        {"some", "http://x.org/cs", "b", Membership::out},
        {"some", "http://hl7.org/fhir/administrative-gender", "male", Membership::in},
        {"less", "http://x.org/cs", "a", Membership::in},
        {"less", "http://x.org/cs", "b", Membership::out},
        {"open", "http://loinc.org", "1-8", Membership::unknown},
        {"open", "http://x.org/cs", "a", Membership::in},
        {"open", "http://x.org/cs", "b", Membership::out},
        {"listed", "http://x.org/cs", "z", Membership::in},
        {"circle", "http://x.org/cs", "z", Membership::unknown},
        {"none", "http://x.org/cs", "z", Membership::unknown}})
    EXPECT_EQ(
        sets.contains("http://x.org/" + std::string(set), {.system = system, .version = {}, .code = code}),
        expected)
        << set << ' ' << code;
  EXPECT_EQ(sets.contains("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1",
                          {.system = {}, .version = {}, .code = "male"}),
            Membership::in);
}

// Without a version, the last one that was added counts.
TEST(Added, OfSeveralVersionsEachIsFound) {
  const auto set = [](const std::string& url, const std::string& version, const std::string& code) {
    return parsed(R"({"resourceType":"ValueSet","url":")" + url + R"(","version":")" + version +
                  R"(","compose":{"include":[{"system":"http://x.org/cs","concept":[{"code":")" + code +
                  R"("}]}]}})");
  };
  const std::string genders = "http://hl7.org/fhir/ValueSet/administrative-gender";
  Terminology sets;
  for (auto& each :
       {set("http://x.org/vs", "1", "old"), set("http://x.org/vs", "2", "new"), set(genders, "5", "new")})
    ASSERT_TRUE(sets.add(json::parse(json::write(each.root())).value()));
  const auto in = [&](const std::string& canonical, std::string_view code) {
    return sets.contains(canonical, {{}, {}, code});
  };
  EXPECT_EQ(in("http://x.org/vs|1", "old"), Membership::in);
  EXPECT_EQ(in("http://x.org/vs|1", "new"), Membership::out);
  EXPECT_EQ(in("http://x.org/vs", "new"), Membership::in) << "whichever was asked for first";
  EXPECT_EQ(in("http://x.org/vs|2", "new"), Membership::in);
  EXPECT_EQ(in("http://x.org/vs|3", "new"), Membership::unknown);
  EXPECT_EQ(in(genders, "new"), Membership::in);
  EXPECT_EQ(in(genders + "|4.0.1", "male"), Membership::in) << "R4's own";
}

}  // namespace
}  // namespace handoff::terminology
