// A person corrects fields of a record. They are read as the columns read a file.
#include "scratch.h"

namespace handoff::mapping {
namespace {

const char* const csv = R"map({"map": "t", "version": "1", "title": "T",
  "source": {"format": "csv", "columns": {"id": {"required": true}, "born": {"type": "date", "pattern": ["MM/dd/yyyy"], "notAfter": "today"},
    "codes": {"type": "list"}, "yes": {"type": "boolean", "true": ["Y"], "false": ["N"]}, "sex": {"type": "code", "oneOf": ["M", "F"]}}},
  "produce": {"p": {"key": ["urn:t", "{{ id }}"], "resource": {"resourceType": "Basic", "code": {"text": "{{ born }} {{ yes }} {{ sex }}",
    "coding": [{"{% for c in codes %}": {"code": "{{ %c }}"}}]}}}}})map";
const char* const lines = R"map({"map": "t", "version": "1", "title": "T",
  "source": {"format": "jsonl", "fields": {"id": {"type": "string", "required": true}, "person.born": {"type": "date"}, "person.name.family": {"type": "string"},
    "share": {"type": "boolean"}}},
  "produce": {"p": {"key": ["urn:t", "{{ id }}"], "resource": {"resourceType": "Basic", "code": {"text": "{{ person.born }} {{ person.name.family }} {{ share }}"}}}}})map";

// The values after the correction, or "kind field: reason".
std::string corrected(const char* map, const std::string& values, const FieldTexts& fields) {
  const Scratch scratch(map);
  const auto mapping = scratch.mapping();
  json::Arena arena;
  const auto parsed = json::parse(values).value();
  const auto made = mapping->corrected(arena, parsed.root(), fields, noon());
  if (made) return json::write(*made);
  const Issue issue = made.error().issues.front();
  return issue.code + " " + issue.expression + ": " + issue.diagnostics;
}

TEST(Correction, ReadsAsTheColumnDoes) {
  const std::string before = R"({"id":"1","born":"1991-03-04","codes":["a"],"yes":true})";
  struct Case {
    FieldTexts fields;
    const char* told;
  };
  const Case cases[] = {
      {{{"born", "03/05/1991"}}, R"({"id":"1","born":"1991-03-05","codes":["a"],"yes":true})"},
      {{{"born", ""}}, R"({"id":"1","codes":["a"],"yes":true})"},
      {{{"codes", "b;c"}, {"yes", "N"}}, R"({"id":"1","born":"1991-03-04","codes":["b","c"],"yes":false})"},
      {{{"sex", " F "}}, R"({"id":"1","born":"1991-03-04","codes":["a"],"yes":true,"sex":"F"})"},
      {{{"id", ""}}, "processing id: required value missing"},
      {{{"none", "x"}},
       "invalid none: is not a field of t that holds a value; the fields are id, born, codes, yes, sex"},
  };
  for (const Case& one : cases) EXPECT_EQ(corrected(csv, before, one.fields), one.told);
  EXPECT_TRUE(corrected(csv, before, {{"born", "1991-03-05"}}).starts_with("processing born: "))
      << "another form than the file's";
  EXPECT_TRUE(corrected(csv, before, {{"born", "03/05/2091"}}).starts_with("processing born: "))
      << "later than today";
  EXPECT_EQ(corrected(csv, before, {{"born", "02/30/1991"}}),
            "processing born: no such date (expected MM/dd/yyyy)");
  EXPECT_EQ(corrected(csv, before, {{"born", "spring"}}),
            "processing born: not a date (expected MM/dd/yyyy)");
  EXPECT_TRUE(corrected(csv, before, {{"sex", "X"}}).starts_with("processing sex: "));
}

TEST(Correction, ReachesIntoNestedRecords) {
  const std::string before = R"({"id":"1","person":{"born":"1991-03-04"}})";
  EXPECT_EQ(corrected(lines, before, {{"person.born", "1991-03-05"}}),
            R"({"id":"1","person":{"born":"1991-03-05"}})");
  EXPECT_EQ(corrected(lines, before, {{"person.name.family", "Lee"}}),
            R"({"id":"1","person":{"born":"1991-03-04","name":{"family":"Lee"}}})");
  EXPECT_EQ(corrected(lines, before, {{"share", "true"}}),
            R"({"id":"1","person":{"born":"1991-03-04"},"share":true})");
  EXPECT_EQ(corrected(lines, before, {{"person", "x"}}),
            "invalid person: is not a field of t that holds a value; the fields are id, person.born, "
            "person.name.family, share");
}

}  // namespace
}  // namespace handoff::mapping
