// What the contract makes of values: types, reasons of rejections, and both sides of every rule.
#include "scratch.h"

namespace handoff::mapping {
namespace {

struct Case {
  std::string column;    // declaration
  std::string value;     // as it arrives
  std::string becomes;   // JSON of the typed value, "" if missing
  std::string rejected;  // its reason, "" if it is not rejected
};

class Typing : public testing::TestWithParam<Case> {};

TEST_P(Typing, MakesOrRefuses) {
  const auto& [column, value, becomes, rejected] = GetParam();
  const Scratch scratch(csv_map(R"("id": {"required": true}, "x": )" + column, patient(R"("active": true)"),
                                R"("lookups": {"sex": {"file": "lookups/sex.csv", "unmapped": "error"}},)"));
  scratch.write("lookups/sex.csv", "code,gender\nM,male\nF,female\n");
  const auto mapping = scratch.mapping();
  ASSERT_TRUE(mapping);
  const auto source = mapping->read("id,x\n1,\"" + value + "\"\n", "f.csv", noon());
  ASSERT_TRUE(source) << source.error().summary();
  const SourceRecord& record = source->records.at(0);
  EXPECT_EQ(record.rejection ? record.rejection->reason : "", rejected);
  if (!rejected.empty()) {
    EXPECT_EQ(record.rejection->field, "x");
    EXPECT_EQ(record.rejection->record, 2u);
    EXPECT_EQ(record.rejection->key, "1");
    return;
  }
  EXPECT_EQ(record.values["x"] ? json::write(record.values["x"]) : "", becomes);
}

const std::string date =
    R"({"type": "date", "pattern": ["MM/dd/yyyy", "yyyy-MM-dd"], "notAfter": "today", "notBefore": "1900-01-01", "unused": true})";

INSTANTIATE_TEST_SUITE_P(
    All, Typing,
    testing::Values(
        Case{R"({"unused": true})", "  padded ", R"("padded")", ""},
        Case{R"({"trim": false, "unused": true})", " a ", R"(" a ")", ""},
        Case{R"({"unused": true})", "   ", "", ""},
        Case{R"({"required": true, "unused": true})", " ", "", "required value missing"},
        Case{R"({"unused": true})", "line\nbreak", R"("line\nbreak")", ""},
        Case{R"({"unused": true})", std::string("a\x01") + "b", "", "holds a control character"},
        Case{date, "02/28/1990", R"("1990-02-28")", ""}, Case{date, "1990-02-28", R"("1990-02-28")", ""},
        Case{date, "02/30/1990", "", "no such date"}, Case{date, "1990-02-30", "", "no such date"},
        Case{date, "2/3/90", "", "not a date (expected MM/dd/yyyy or yyyy-MM-dd)"},
        Case{date, "soon", "", "not a date (expected MM/dd/yyyy or yyyy-MM-dd)"},
        Case{date, "06/30/2024", R"("2024-06-30")", ""}, Case{date, "07/01/2024", "", "later than today"},
        Case{date, "12/31/1899", "", "earlier than 1900-01-01"}));

const std::string list =
    R"({"type": "list", "separator": ";", "item": {"match": "[A-Z][0-9]"}, "unused": true})";

INSTANTIATE_TEST_SUITE_P(
    More, Typing,
    testing::Values(
        Case{R"({"match": "[0-9]{3}", "unused": true})", "123", R"("123")", ""},
        Case{R"({"match": "[0-9]{3}", "unused": true})", "1234", "", "does not match [0-9]{3}"},
        Case{R"({"match": "[0-9]{3}", "say": "not three digits", "unused": true})", "x123", "",
             "not three digits"},
        Case{R"({"type": "code", "oneOf": ["a", "b"], "unused": true})", "b", R"("b")", ""},
        Case{R"({"type": "code", "oneOf": ["a", "b"], "unused": true})", "c", "",
             "code not in the code list"},
        Case{R"({"type": "code", "lookup": "sex", "unused": true})", "M", R"("M")", ""},
        Case{R"({"type": "code", "lookup": "sex", "unused": true})", "Q", "", "code not in the code list"},
        Case{R"({"type": "integer", "unused": true})", "-042", "-42", ""},
        Case{R"({"type": "integer", "unused": true})", "4.2", "", "not a whole number"},
        Case{R"({"type": "decimal", "unused": true})", "1.50", "1.50", ""},
        Case{R"({"type": "decimal", "unused": true})", "1,5", "", "not a number"},
        Case{R"({"type": "boolean", "true": ["Y"], "false": ["N", "no"], "unused": true})", "no", "false",
             ""},
        Case{R"({"type": "boolean", "true": ["Y"], "false": ["N", "no"], "unused": true})", "y", "",
             "neither Y nor N, no"},
        Case{R"({"type": "time", "unused": true})", "08:30", R"("08:30:00")", ""},
        Case{R"({"type": "time", "unused": true})", "24:00", "", "not a time of day (expected HH:mm:ss)"},
        Case{list, "A1; B2;", R"(["A1","B2"])", ""}, Case{list, "A1;ZZ9", "", "does not match [A-Z][0-9]"},
        Case{list, ";", "", ""},
        Case{R"({"type": "list", "separator": ";", "required": true, "unused": true})", ";", "",
             "required value missing"},
        Case{R"({"type": "dateTime", "unused": true})", "2024-02-26T13:33:00-05:00",
             R"("2024-02-26T13:33:00-05:00")", ""},
        Case{R"({"type": "dateTime", "unused": true})", "2024-02-26T13:33:00",
             R"("2024-02-26T13:33:00.000-05:00")", ""},
        Case{R"({"type": "dateTime", "zone": "America/Los_Angeles", "unused": true})", "2024-02-26T13:33:00",
             R"("2024-02-26T16:33:00.000-05:00")", ""},
        Case{R"({"type": "dateTime", "pattern": ["yyyy-MM-dd HH:mm"], "unused": true})", "2024-07-01 09:15",
             R"("2024-07-01T09:15:00.000-04:00")", ""},
        Case{R"({"type": "dateTime", "pattern": ["yyyy-MM-dd HH:mm"], "unused": true})", "2024-02-30 09:15",
             "", "no such date"},
        Case{R"({"type": "dateTime", "unused": true})", "yesterday", "",
             "not a date and time (expected yyyy-MM-ddTHH:mm:ss)"},
        Case{R"({"type": "date", "pattern": ["M/d/yyyy"], "unused": true})", "2/3/1990", R"("1990-02-03")",
             ""}));

TEST(Contract, MasksWhatIsSensitiveAndNamesTheMappingAndTheTarget) {
  const Scratch scratch(
      csv_map("\"id\": {\"required\": true},\n  \"ssn\": {\"match\": \"[0-9]+\", \"sensitive\": true}",
              patient(R"("name": [{"text": "{{ ssn }}"}])")));
  const auto source = scratch.mapping()->read("id,ssn\n1,secret\n", "f.csv", noon());
  ASSERT_TRUE(source);
  const Rejection& rejection = *source->records.at(0).rejection;
  EXPECT_EQ(rejection.value, "***");
  EXPECT_EQ(rejection.mapping, "map.json:2:10 → Patient.name.text");
}

TEST(Contract, NamesTheListOfABadItem) {
  const Scratch scratch(csv_map(
      "\"id\": {\"required\": true},\n  \"dx\": {\"type\": \"list\", \"item\": {\"match\": \"[0-9]\"}}",
      patient("") + R"(, "c": {"each": "dx", "key": ["urn:c", "{{ %item }}"],
                                  "resource": {"resourceType": "Condition", "subject": "@patient"}})"));
  const auto source = scratch.mapping()->read("id,dx\n1,1;x\n", "f.csv", noon());
  ASSERT_TRUE(source);
  const Rejection& rejection = *source->records.at(0).rejection;
  EXPECT_EQ(rejection.field, "dx");
  EXPECT_EQ(rejection.value, "x");
  EXPECT_EQ(rejection.mapping, "map.json:2:9 → Condition");
}

TEST(Contract, MasksWhatIsSensitiveInTemplatesToo) {
  const Scratch scratch(csv_map(R"("id": {"required": true}, "sex": {"sensitive": true})",
                                patient(R"("gender": "{{ lookup('sex', sex) }}")"),
                                R"("lookups": {"sex": {"file": "lookups/sex.csv", "unmapped": "error"}},)"));
  scratch.write("lookups/sex.csv", "code,gender\nM,male\n");
  const auto mapping = scratch.mapping();
  const auto source = mapping->read("id,sex\n1,secret\n", "f.csv", noon());
  ASSERT_TRUE(source);
  OfflineWorld world;
  const Outcome outcome = run_one(*mapping, *source, 0, world);
  EXPECT_EQ(std::get<Rejection>(outcome).value, "***");
  EXPECT_EQ(std::get<Rejection>(outcome).field, "sex");
}

TEST(Contract, ReadsNestedJson) {
  const Scratch scratch(R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {
    "id": {"required": true}, "person.name.family": {"required": true}, "person.age": {"type": "integer", "unused": true},
    "phones": {"type": "list", "fields": {"kind": {"oneOf": ["home"]}, "number": {}}}}},
    "produce": {)" + patient(R"("name": [{"family": "{{ person.name.family }}"}],
      "telecom": [{"{% for p in phones %}": {"system": "phone", "value": "{{ %p.number }}"}}])") +
                        "}}");
  const auto mapping = scratch.mapping();
  const auto source = mapping->read(
      "{\"id\":\"1\",\"person\":{\"name\":{\"family\":\"Lee\"},\"age\":3},\"phones\":[{\"kind\":\"home\","
      "\"number\":"
      "\"5\"}]}\n\n"
      "{\"id\":\"2\",\"person\":null,\"phones\":[]}\n"
      "{\"id\":\"3\",\"person\":{\"name\":{\"family\":\"Lee\"}},\"phones\":[{\"kind\":\"pager\",\"number\":"
      "\"5\"}]}\n"
      "{\"id\":\"4\",\n"
      "[1]\n",
      "f.jsonl", noon());
  ASSERT_TRUE(source) << source.error().summary();
  OfflineWorld world;
  const Outcome outcome = run_one(*mapping, *source, 0, world);
  const auto& mapped = std::get<Mapped>(outcome);
  EXPECT_EQ(json::write(mapped.entries[0].resource["telecom"]), R"([{"system":"phone","value":"5"}])");
  EXPECT_EQ(source->records.at(1).number, 3u);
  EXPECT_EQ(source->records.at(1).rejection->field, "person.name.family");
  EXPECT_EQ(source->records.at(2).rejection->field, "phones.kind");
  EXPECT_NE(source->records.at(3).rejection->reason.find("not valid JSON"), std::string::npos);
  EXPECT_EQ(source->records.at(4).rejection->reason, "not a JSON object");
  const auto refused = mapping->read("{\"id\":\"1\",\"phones\":[{\"size\":1}]}\n", "f.jsonl", noon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().summary(), "record 1: \"phones.size\" is not declared");
}

}  // namespace
}  // namespace handoff::mapping
