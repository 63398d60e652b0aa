// Refused declarations of a column: those that have no effect, that would read a value as another, or that
// leave something out because of a misspelled key (mappings/README.md: the contract).
#include "scratch.h"

namespace handoff::mapping {
namespace {

std::string column(const std::string& declared) {
  return csv_map("\n\"id\": {}, \"x\": " + declared, patient(""),
                 R"("lookups": {"l": {"file": "lookups/l.csv", "unmapped": "error"}},)");
}

std::string errors_of(const std::string& map) {
  const Scratch scratch(map);
  scratch.write("lookups/l.csv", "a,b\nx,1\n");
  return scratch.errors();
}

void expect_refused(const std::string& map, const std::string& error) {
  const std::string all = errors_of(map);
  EXPECT_NE(all.find(error), std::string::npos) << map << "\n--- instead of " << error << "\n" << all;
}

std::string pattern(const std::string& type, const std::string& form) {
  return column(R"({"type": ")" + type + R"(", "unused": true, "pattern": [")" + form + R"("]})");
}

TEST(Declaration, PatternsOfUnservedLettersAreRefused) {
  for (const char* form :
       {"dd-MMM-yyyy", "YYYY-MM-DD", "M/d/yy", "MM/dd/yyyy hh:mm a", "MMMM d, yyyy", "yyyy-MM-ddTHH:mm:ssZ",
        "EEE MM/dd/yyyy", "d.M.y", "yyyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.SSS", "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd zzz", "yyyy-MM-ddd", "%m/%d/yyyy", "DD/MM/YYYY"})
    for (const char* type : {"date", "dateTime"}) {
      const std::string all = errors_of(pattern(type, form));
      EXPECT_TRUE(all.starts_with("map.json:2:")) << form << " as " << type << ": " << all;
      EXPECT_NE(all.find("(allowed: yyyy MM M dd d HH H mm m ss s)"), std::string::npos)
          << form << " as " << type << ": " << all;
    }
  expect_refused(pattern("date", "dd-MMM-yyyy"), "map.json:2:61: the pattern \"dd-MMM-yyyy\" has \"MMM\"");
}

TEST(Declaration, PatternsThatWouldMakeUpAValueAreRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"MM/yyyy", "the pattern \"MM/yyyy\" has no day (dd or d)"},
      {"yyyy", "has no month (MM or M)"},
      {"dd.MM.", "has no year (yyyy)"},
      {"yyyy-mm-dd", "has no month (MM or M); mm are minutes"},
      {"MM/dd/yyyy HH:MM", "has the month twice; minutes are mm"},
      {"yyyy-MM-dd yyyy", "has the year twice"},
      {"yyyy-MM-dd mm", "has minutes without hours"},
      {"yyyy-MM-dd HH ss", "has seconds without minutes"},
      {"Mdyyyy", "\"M\" must be followed by a character that is not a digit"},
      {"yyyyMd", "\"M\" must be followed by a character that is not a digit"},
      {"", "has no year"}};
  for (const auto& [form, error] : wrong) expect_refused(pattern("date", form), error);
  for (const char* form : {"MM/dd/yyyy", "yyyyMMdd", "d.M.yyyy", "M/d/yyyy HH:mm", "yyyy-MM-ddTHH:mm:ss",
                           "yyyyMMddHHmmss", "M/d/yyyy H:mm"}) {
    EXPECT_EQ(errors_of(pattern("dateTime", form)), "") << form;
    EXPECT_EQ(errors_of(pattern("date", form)), "") << form;
  }
}

TEST(Declaration, PatternsOfItemsAndFieldsAreLookedAtToo) {
  expect_refused(column(R"({"type": "list", "unused": true, "item": {"type": "date", "pattern": "M/d/yy"}})"),
                 "has \"yy\"");
  expect_refused(
      R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}, "a.on": {"type": "date", "pattern": ["YYYY"]},
    "all": {"type": "list", "fields": {"on": {"type": "dateTime", "pattern": ["d/M/yy"]}}}}}, "produce": {}})",
      "has \"YYYY\"");
  expect_refused(R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {},
    "all": {"type": "list", "fields": {"on": {"type": "dateTime", "pattern": ["d/M/yy"]}}}}}, "produce": {}})",
                 "has \"yy\"");
}

TEST(Declaration, WhatHasNoEffectOnATypeIsRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"pattern": ["yyyy-MM-dd"]})", "\"pattern\" is for date and dateTime columns, this is a string"},
      {R"({"type": "time", "pattern": ["HH:mm"]})",
       "\"pattern\" is for date and dateTime columns, this is a time"},
      {R"({"type": "list", "pattern": ["yyyy-MM-dd"]})",
       "\"pattern\" is for date and dateTime columns, this is a list"},
      {R"({"type": "date", "zone": "UTC"})", "\"zone\" is for dateTime columns, this is a date"},
      {R"({"type": "integer", "notAfter": "today"})",
       "\"notAfter\" is for date and dateTime columns, this is an integer"},
      {R"({"notBefore": "2000-01-01"})", "\"notBefore\" is for date and dateTime columns, this is a string"},
      {R"({"true": ["Y"]})", "\"true\" is for boolean columns, this is a string"},
      {R"({"type": "code", "false": ["N"]})", "\"false\" is for boolean columns, this is a code"},
      {R"({"separator": ";"})", "\"separator\" is for list columns, this is a string"},
      {R"({"item": {}})", "\"item\" is for list columns, this is a string"},
      {R"({"type": "list", "match": "[0-9]"})", "\"match\" belongs in the \"item\" of the list"},
      {R"({"type": "list", "oneOf": ["a"]})", "\"oneOf\" belongs in the \"item\" of the list"},
      {R"({"type": "list", "lookup": "l"})", "\"lookup\" belongs in the \"item\" of the list"},
      {R"({"type": "list", "item": {"type": "list"}})", "an item of a list cannot be a list"},
      {R"({"say": "why"})", "\"say\" gives the reason for a \"match\", but there is no \"match\""}};
  for (const auto& [declared, error] : wrong) expect_refused(column(declared), error);
}

TEST(Declaration, ValuesOfAnotherKindAreRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"required": "true"})", "\"required\" is true or false"},
      {R"({"sensitive": "yes"})", "\"sensitive\" is true or false"},
      {R"({"unused": 1})", "\"unused\" is true or false"},
      {R"({"trim": "no"})", "\"trim\" is true or false"},
      {R"({"oneOf": "a"})", "\"oneOf\" is a list of strings"},
      {R"({"oneOf": []})", "\"oneOf\" is a list of strings"},
      {R"({"oneOf": [1]})", "\"oneOf\" is a list of strings"},
      {R"({"type": "boolean", "true": "Y", "false": ["N"]})", "\"true\" is a list of strings"},
      {R"({"type": "boolean", "true": ["Y", "N"], "false": ["N"]})", "\"N\" cannot be both true and false"},
      {R"({"type": "date", "pattern": 7})", "\"pattern\" is a string or a list of strings"},
      {R"({"type": "date", "pattern": []})", "\"pattern\" is a string or a list of strings"},
      {R"({"match": 7})", "\"match\" is a string"},
      {R"({"match": "[0-9]", "say": true})", "\"say\" is a string"},
      {R"({"lookup": ["l"]})", "\"lookup\" is a string"},
      {R"({"type": 1})", "unknown column type \"1\""},
      {R"({"type": "dateTime", "zone": 5})", "\"zone\" is a string"},
      {R"({"type": "date", "notBefore": "2024-06-01", "notAfter": "2024-01-01"})",
       "\"notBefore\" is later than \"notAfter\""},
      {R"({"type": "list", "item": "x"})", "\"item\" is an object"}};
  for (const auto& [declared, error] : wrong) expect_refused(column(declared), error);
}

TEST(Declaration, UnknownKeysAreRefusedEverywhere) {
  const auto with = [](const std::string& more) { return csv_map(R"("id": {})", patient(""), more); };
  const auto made = [](const std::string& entry) {
    return csv_map(R"("id": {})", patient("") + R"(, "t": )" + entry);
  };
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {with(R"("person": {"link": [{"system": "urn:x", "vaule": "{{ id }}"}]},)"), "unknown key \"vaule\""},
      {with(R"("person": {"name": {"familiy": "{{ id }}"}},)"), "unknown key \"familiy\""},
      {with(R"("person": {"link": {"system": "urn:x", "value": "{{ id }}"}},)"),
       "\"link\" is a list of {\"system\", \"value\"}"},
      {with(R"("person": {"link": [{"value": "{{ id }}"}]},)"), "a link needs a system and a value"},
      {with(R"("lookups": {"l": {"file": "lookups/l.csv", "unmapped": {"fix": "x"}}},)"),
       "the \"unmapped\" of a lookup must be"},
      {with(R"("lookups": {"l": {"file": "lookups/l.csv", "unmapped": {"fixed": "x", "text": 1}}},)"),
       "unknown key \"text\""},
      {made(
           R"~({"key": ["urn:t", "{{ id }}"], "require": [{"that": "id.exists()", "saying": "x"}], "resource": {"resourceType": "Basic"}})~"),
       "unknown key \"saying\""},
      {made(
           R"~({"key": ["urn:t", "{{ id }}"], "require": [{"that": "id.exists()"}], "resource": {"resourceType": "Basic"}})~"),
       "a requirement needs \"that\" and \"say\""},
      {made(
           R"~({"key": ["urn:t", "{{ id }}"], "require": {"that": "id.exists()", "say": "x"}, "resource": {"resourceType": "Basic"}})~"),
       "\"require\" is a list of {\"that\", \"say\"}"},
      {made(
           R"~({"amends": {"type": "Task", "where": "true"}, "each": "id", "resource": {"status": "completed"}})~"),
       "\"each\" has no effect beside \"amends\""},
      {made(
           R"({"amends": {"type": "Task", "where": "true"}, "key": ["urn:x", "{{ id }}"], "resource": {"status": "completed"}})"),
       "\"key\" has no effect beside \"amends\""},
      {R"({"map": "t", "version": "1", "source": {"format": "csv", "columns": {"id": {}}, "fields": {"b": {}}}, "produce": {}})",
       "\"fields\" is for jsonl and json, this is csv"},
      {R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}}, "delimiter": ";"}, "produce": {}})",
       "\"delimiter\" is for csv, this is jsonl"},
      {R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}}, "record": "a"}, "produce": {}})",
       "\"record\" is for json, this is jsonl"},
      {R"({"map": "t", "version": "1", "source": {"format": "csv", "columns": {"id": {}}, "series": "true"}, "produce": {}})",
       "\"series\" is true or false"},
      {R"({"map": "t", "version": "1", "source": {"format": "csv", "columns": {"id": {}}, "header": 0}, "produce": {}})",
       "\"header\" is true or false"}};
  for (const auto& [map, error] : wrong) expect_refused(map, error);
}

TEST(Declaration, WhatIsNoStringOrNoListIsRefused) {
  const auto with = [](const std::string& more) {
    return csv_map(R"("id": {}, "on": {"type": "date", "unused": true})", patient(""), more);
  };
  const auto made = [](const std::string& entry) {
    return csv_map(R"("id": {})", patient("") + R"(, "t": {"key": ["urn:t", "{{ id }}"], )" + entry + "}");
  };
  const std::string basic = R"("resource": {"resourceType": "Basic"})";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {with(R"("taken": {"on": "on", "again": "on"},)"), "\"again\" is a list of columns"},
      {with(R"("person": {"name": "{{ id }}"},)"), "\"name\" is {\"family\", \"given\"}"},
      {with(R"("discloser": 7,)"), "a string is needed here"},
      {made(R"("when": true, )" + basic), "expected an expression, found the end"},
      {made(R"("each": ["id"], )" + basic), "expected an expression, found the end"},
      {made(R"("resource": ["Basic"])"), "is no resource type"}};
  for (const auto& [map, error] : wrong) expect_refused(map, error);
}

TEST(Declaration, TablesThatCannotBeReadAreRefused) {
  const auto errors = [](const std::string& table) {
    const Scratch scratch(csv_map(R"("id": {})", patient(""),
                                  R"("lookups": {"l": {"file": "lookups/l.csv", "unmapped": "error"}},)"));
    scratch.write("lookups/l.csv", table);
    return scratch.errors();
  };
  EXPECT_EQ(errors("a,b,b\nx,1,2\n"), "lookups/l.csv:1:1: the column \"b\" is there twice\n");
  EXPECT_EQ(errors("a,b,\nx,1,2\n"), "lookups/l.csv:1:1: a column has no name\n");
  EXPECT_EQ(errors("a,b\nx,1\n ,2\n"), "lookups/l.csv:3:1: a row has no key\n");
  EXPECT_EQ(errors(",\n"), "lookups/l.csv:1:1: a lookup table needs a header of two or more columns\n");
  EXPECT_EQ(errors("a,b\nx,1\n"), "");
  EXPECT_EQ(errors("a,b,\nx,1,\n,,\n"), "") << "as spreadsheets leave them";
}

}  // namespace
}  // namespace handoff::mapping
