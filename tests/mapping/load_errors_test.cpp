// Why a mapping is refused when it is loaded, with file:line:column (mappings/README.md: checked when a
// mapping is loaded).
#include "scratch.h"

namespace handoff::mapping {
namespace {

struct Case {
  std::string map;
  std::string error;  // the first
};

std::string produce(const std::string& members) {
  return csv_map(R"("id": {"required": true}, "x": {"unused": true})", patient(members));
}

class LoadErrors : public testing::Test {
 protected:
  static void check(const std::vector<Case>& cases) {
    for (const auto& [map, error] : cases) {
      const Scratch scratch(map);
      scratch.write("lookups/twice.csv", "a,b\nx,1\nx,2\n");
      scratch.write("lookups/ragged.csv", "a,b\nx\n");
      scratch.write("lookups/good.csv", "a,b\nx,1\n");
      scratch.write("parts/self.json", "{\n \"{% use %}\": \"parts/self\"}");
      scratch.write("parts/bad.json", "{\n  \"shoe\": 1}");
      const std::string all = scratch.errors();
      EXPECT_NE(all.find(error), std::string::npos) << map << "\n--- instead of " << error << "\n" << all;
      EXPECT_FALSE(all.empty());
    }
  }
};

TEST_F(LoadErrors, OfElements) {
  check(
      {{produce("\n\"birthdate\": \"1990\""), "map.json:2:1: Patient has no element \"birthdate\""},
       {produce("\n\"name\": [{\"famly\": \"x\"}]"), "map.json:2:11: HumanName has no element \"famly\""},
       {produce(R"("_name": [{}])"), "Patient has no element \"_name\""},
       {produce(R"("name": {"family": "x"})"), "Patient.name is a list: it needs an array"},
       {produce(R"("birthDate": ["1990"])"), "Patient.birthDate is not a list"},
       {produce(R"("birthDate": "{[ x ]}")"), "Patient.birthDate is not a list"},
       {produce(R"("birthDate": {"{% for i in x %}": "1"})"), "Patient.birthDate is not a list"},
       {produce(R"("gender": "man")"), "\"man\" is no code of Patient.gender"},
       {produce(R"("active": "true")"), "Patient.active is a boolean"},
       {produce(R"("birthDate": 1990)"), "Patient.birthDate is a date"},
       {produce(R"("birthDate": {"a": 1})"), "Patient.birthDate is a date, not an object"},
       {produce(R"("maritalStatus": "single")"), "Patient.maritalStatus is a CodeableConcept, not a string"},
       {produce(R"("managingOrganization": "@nobody")"), "\"nobody\" is not a produced resource"},
       {produce(R"("id": "1")"), "the id derives from the key; to set another, put \"id\" beside \"key\""}});
}

TEST_F(LoadErrors, OfSlots) {
  check(
      {{produce("\n\"name\": [{\"text\": \"{{ Foo }}\"}]"), "map.json:2:23: unknown column Foo"},
       {produce(R"("name": [{"text": "{{ %foo }}"}])"), "unknown variable %foo"},
       {produce(R"("name": [{"text": "{{ id. }}"}])"), "map.json:1:"},
       {produce(R"("name": [{"text": "{{ id"}])"), "a slot does not end"},
       {produce(R"("name": [{"text": "a {[ id ]}"}])"), "a collection cannot stand within a text"},
       {produce(R"("birthDate": "{{ id }}")"), "the column id is a string, but Patient.birthDate is a date"},
       {produce(R"("active": "{{ id }}-{{ id }}")"), "Patient.active is a boolean, not a text"},
       {produce(R"("maritalStatus": "{{ id }}")"),
        "the column id is a string, but Patient.maritalStatus is a CodeableConcept"},
       {produce(R"("name": [{"text": "{{ ref('nobody') }}"}])"), "\"nobody\" is not a produced resource"},
       {produce(R"("managingOrganization": "{{ refTo('Organisation', 'urn:o', id) }}")"),
        "refTo() needs a resource type, not \"Organisation\""},
       {produce(R"("gender": "{{ lookup('none', id) }}")"), "there is no lookup \"none\""},
       {produce(R"("{% if nope %}": {"active": true})"), "unknown column nope"}});
}

TEST_F(LoadErrors, OfDirectives) {
  check({{produce(R"("{% unless x %}": {})"), "unknown directive \"{% unless x %}\""},
         {produce(R"("{% else %}": {})"), "an else needs an if right before it"},
         {produce(R"("name": [{"{% for x of id %}": {}}])"),
          "a loop must be written {% for item in expression %}"},
         {produce(R"("{% merge %}": {"active": true})"), "a merge needs an array of objects"},
         {produce(R"("{% use %}": "parts/none")"), "there is no part \"parts/none\""},
         {produce(R"("{% use %}": "../map")"), "there is no part \"../map\""},
         {produce(R"("{% use %}": "parts/self")"), "parts/self.json:2:2: parts/self.json includes itself"},
         {produce(R"("{% use %}": "parts/bad")"), "parts/bad.json:2:3: Patient has no element \"shoe\""}});
}

TEST_F(LoadErrors, OfContracts) {
  const auto column = [](const std::string& declared) {
    return csv_map("\n\"id\": {}, \"x\": " + declared, patient(""));
  };
  check(
      {{column(R"({"type": "number"})"), "map.json:2:25: unknown column type \"number\""},
       {column(R"({"matches": "x"})"), "unknown key \"matches\""},
       {column(R"({"match": "("})"), "not a regular expression"},
       {column(R"({"zone": "Mars/Base"})"), "unknown time zone \"Mars/Base\""},
       {column(R"({"notAfter": "tomorrow"})"), "a bound is a date (yyyy-MM-dd) or \"today\""},
       {column(R"({"type": "list", "separator": "--"})"), "a separator is one character"},
       {column(R"({"type": "list", "fields": {}})"), "a list of objects can only come from JSON"},
       {column(R"({"lookup": "none"})"), "there is no lookup \"none\""},
       {column("7"), "the column \"x\" needs a declaration"},
       {column("{}"), "map.json:2:11: the column \"x\" is neither used nor marked \"unused\""},
       {R"({"map": "t", "version": "1", "source": {"format": "xml", "columns": {"id": {}}}, "produce": {}})",
        "unknown format \"xml\""},
       {R"({"map": "t", "version": "1", "source": {"format": "csv", "charset": "ebcdic"}, "produce": {}})",
        "unknown charset \"ebcdic\""},
       {R"({"map": "t", "version": "1", "source": {"format": "csv"}, "produce": {}})",
        "the source declares no columns"},
       {R"({"map": "t", "version": "1", "source": {"format": "csv", "delimiter": "::", "columns": {"id": {}}}, "produce": {}})",
        "a delimiter is one character"}});
}

TEST_F(LoadErrors, OfMaps) {
  const std::string id = R"("id": {})";
  const auto made = [&](const std::string& entry) { return csv_map(id, R"("a": )" + entry); };
  const auto lookup = [&](const std::string& declared) {
    return csv_map(id, patient(""), R"("lookups": {"l": )" + declared + "},");
  };
  check(
      {{"{", "map.json: "},
       {R"({"map": "other", "version": "1"})", "the mapping is in \"t\", but its \"map\" is \"other\""},
       {R"({"map": "t"})", "the mapping has no version"},
       {R"({"map": "t", "version": "1", "colour": 1})", "map.json:1:30: unknown key \"colour\""},
       {R"({"map": "t", "version": "1"})", "the mapping produces nothing"},
       {made(R"({"key": ["urn:x", "{{ id }}"], "resource": {"resourceType": "Patent"}})"),
        "\"Patent\" is no resource type"},
       {made(R"({"key": ["urn:x"], "resource": {"resourceType": "Patient"}})"),
        "a produced resource needs a key of system and value"},
       {made(R"({"key": ["urn:x", "{{ id.lower() }}"], "resource": {"resourceType": "Patient"}})"),
        "the first key may use columns only"},
       {made(R"({"key": ["urn:x", "{{ id }}"], "each": "id", "resource": {"resourceType": "Patient"}})"),
        "the first produced resource cannot have \"each\""},
       {R"({"map": "t", "version": "1", "source": {"format": "csv", "columns": {"id": {}}}, "produce": {"exit": {"amends": {"type": "Task",)"
        R"( "where": "description = %context.id"}, "resource": {"status": "completed"}}}})",
        "\"exit\" amends a resource of an unknown person: the mapping needs a \"person\" with a \"link\""},
       {made(R"({"amends": {"type": "Task"}, "resource": {}})"), "\"amends\" needs a \"where\""},
       {made(R"({"amends": {"type": "Task", "where": "colour = 1"}, "resource": {}})"),
        "Task has no element colour"},
       {lookup(R"({"file": "lookups/none.csv", "unmapped": "error"})"),
        "there is no file \"lookups/none.csv\""},
       {lookup(R"({"file": "/etc/passwd", "unmapped": "error"})"), "there is no file \"/etc/passwd\""},
       {lookup(R"({"file": "lookups/twice.csv", "unmapped": "error"})"),
        "lookups/twice.csv:3:1: the key \"x\" is there twice"},
       {lookup(R"({"file": "lookups/ragged.csv", "unmapped": "error"})"),
        "lookups/ragged.csv:2:1: 1 values, the header has 2"},
       {lookup(R"({"file": "lookups/good.csv"})"), "the \"unmapped\" of a lookup must be"},
       {csv_map(id, patient(""), R"("taken": {"on": "id"},)"), "\"id\" is not a column of dates"},
       {csv_map(
            id,
            R"("a": {"key": ["urn:a", "{{ id }}"], "resource": {"resourceType": "Task", "partOf": ["@b"]}},
                        "b": {"key": ["urn:b", "{{ id }}"], "resource": {"resourceType": "Task", "partOf": ["@a"]}})"),
        "form a circle"}});
}

TEST_F(LoadErrors, OfLookupsThatGiveTextOrHaveNoSuchColumn) {
  const std::string table = R"("lookups": {"l": {"file": "lookups/good.csv", "unmapped": "text"}},)";
  check(
      {{csv_map(R"("id": {})", patient(R"("gender": "{{ lookup('l', id) }}")"), table),
        "which only a CodeableConcept can hold"},
       {csv_map(R"("id": {})", patient(R"("maritalStatus": {"text": "{{ lookup('l', id, 'z') }}"})"), table),
        "the lookup \"l\" has no column \"z\""}});
}

TEST_F(LoadErrors, AreReportedTogether) {
  const Scratch scratch(produce(R"("gender": "man", "birthdate": "1990", "active": "yes")"));
  const auto loaded = scratch.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, Kind::incorrect);
  EXPECT_EQ(loaded.error().issues.size(), 3u);
}

}  // namespace
}  // namespace handoff::mapping
