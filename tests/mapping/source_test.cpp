// Whole files: charset, header, record numbers, duplicates, contradictions, limits.
#include "mapping/csv.h"
#include "scratch.h"

namespace handoff::mapping {
namespace {

const char* const columns =
    R"("id": {"required": true}, "name": {}, "born": {"type": "date", "pattern": ["MM/dd/yyyy", "yyyy-MM-dd"]})";
const char* const person = R"("name": [{"text": "{{ name }}"}], "birthDate": "{{ born }}")";

class SourceFile : public testing::Test {
 protected:
  Result<Source> read(std::string bytes) const { return scratch_.mapping()->read(std::move(bytes), "f.csv", noon()); }
  std::string refusal(std::string bytes) const {
    const auto source = read(std::move(bytes));
    return source ? "" : source.error().summary();
  }
  Scratch scratch_{csv_map(columns, patient(person))};
};

TEST_F(SourceFile, NumbersRecordsWhateverTheLinesAre) {
  const auto source = read("\xef\xbb\xbfid,name,born\r\n1,\"two\nlines, \"\"quoted\"\"\",\r\n\r\n2,b,\r\n");
  ASSERT_TRUE(source) << source.error().summary();
  ASSERT_EQ(source->records.size(), 2u);
  EXPECT_EQ(source->records[0].number, 2u);
  EXPECT_EQ(source->records[0].values["name"].text(), "two\nlines, \"quoted\"");
  EXPECT_EQ(source->records[1].number, 3u);
  EXPECT_EQ(source->file_hash.size(), 64u);
}

TEST_F(SourceFile, ReadsWindows1252WhereItIsNoUtf8) {
  const auto source = read("id,name,born\n1,Jos\xe9 \x80,\n");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->records[0].values["name"].text(), "José €");
  EXPECT_EQ(refusal("id,name,born\n1,\x81,\n"), "the file is not utf-8 nor windows-1252");
}

TEST_F(SourceFile, RefusesTheFileBeforeAnyRecord) {
  EXPECT_EQ(refusal(""), "the file is empty: it has no header");
  EXPECT_EQ(refusal("id,name\n1,a\n"), "the column \"born\" is missing");
  EXPECT_EQ(refusal("id,name,born,shoe\n"), "the column \"shoe\" is not declared");
  EXPECT_EQ(refusal("id,name,born,name\n"), "the column \"name\" is there twice");
  EXPECT_EQ(refusal("id,name,born\n1,\"a\n"), "record 2: a quoted value does not end");
  EXPECT_EQ(refusal("id,name,born\n1,a\"b\"c,\n"), "record 2: a quote stands where none may");
}

TEST_F(SourceFile, RefusesEndlessRecords) {
  EXPECT_EQ(refusal("id,name,born\n1," + std::string(10u << 20, 'x') + ",\n"), "record 2: longer than 1048576 bytes");
  EXPECT_EQ(refusal("id,name,born\n1,\"" + std::string(1500u << 10, 'x') + "\",\n"),
            "record 2: longer than 1048576 bytes");
}

TEST_F(SourceFile, RejectsRowsOfAnotherWidth) {
  const auto source = read("id,name,born\n1,a\n2,b,,d\n");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->records[0].rejection->reason, "2 values instead of 3");
  EXPECT_EQ(source->records[0].rejection->key, "1");
  EXPECT_EQ(source->records[1].rejection->reason, "4 values instead of 3");
}

TEST_F(SourceFile, KnowsDuplicatesByTheirTypedValues) {
  const auto source = read("id,name,born\n1,a,01/02/1990\n1,  a ,1990-01-02\n3,a,02/30/1990\n3,a,02/30/1990\n");
  ASSERT_TRUE(source);
  EXPECT_FALSE(source->records[0].is_duplicate);
  EXPECT_TRUE(source->records[1].is_duplicate);
  EXPECT_TRUE(source->records[2].rejection);
  EXPECT_TRUE(source->records[3].is_duplicate);
  EXPECT_FALSE(source->records[3].rejection) << "a duplicate is never a rejection";
  EXPECT_EQ(source->records[0].content_hash, source->records[1].content_hash);
}

TEST_F(SourceFile, RejectsBothOfTwoThingsUnderOneKey) {
  const auto source = read("id,name,born\n1,a,\n2,x,\n1 ,b,\n");
  ASSERT_TRUE(source);
  for (const std::size_t i : {0u, 2u}) {
    ASSERT_TRUE(source->records[i].rejection);
    EXPECT_EQ(source->records[i].rejection->field, "id");
    EXPECT_EQ(source->records[i].rejection->value, "1");
    EXPECT_EQ(source->records[i].rejection->reason, "another record of this file has the same key and other values");
  }
  EXPECT_FALSE(source->records[1].rejection);
}

TEST(SourceSeries, LetsStatesOfOneThingFollowEachOther) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "csv", "series": true, "columns": {"id": {}, "name": {}}},
    "produce": {)" +
      patient(R"("name": [{"text": "{{ name }}"}])") + "}}");
  const auto source = scratch.mapping()->read("id,name\n1,a\n1,b\n", "f.csv", noon());
  ASSERT_TRUE(source);
  EXPECT_FALSE(source->records[0].rejection);
  EXPECT_FALSE(source->records[1].rejection);
}

TEST(SourceForms, ReadsWithoutHeaderAndWithAnotherDelimiter) {
  const Scratch scratch(R"({"map": "t", "version": "1", "source": {"format": "csv", "header": false, "delimiter": ";",
    "columns": {"id": {}, "name": {}}}, "produce": {)" +
                        patient(R"("name": [{"text": "{{ name }}"}])") + "}}");
  const auto source = scratch.mapping()->read("1;a, b\n", "f.csv", noon());
  ASSERT_TRUE(source);
  EXPECT_EQ(source->records[0].number, 1u);
  EXPECT_EQ(source->records[0].values["name"].text(), "a, b");
}

TEST(SourceForms, ReadsOneJsonDocument) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "json", "record": "data.rows", "fields": {"id": {}}},
    "produce": {)" +
      patient("") + "}}");
  const auto mapping = scratch.mapping();
  const auto source = mapping->read(R"({"data": {"rows": [{"id": "a"}, {"id": 7}]}})", "f.json", noon());
  ASSERT_TRUE(source) << source.error().summary();
  ASSERT_EQ(source->records.size(), 2u);
  EXPECT_EQ(source->records[1].values["id"].text(), "7");
  EXPECT_FALSE(mapping->read("{", "f.json", noon()));
}

TEST(SourceForms, RefusesJsonLinesThatAreTooLong) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}}}, "produce": {)" +
      patient("") + "}}");
  const auto source = scratch.mapping()->read("{\"id\":\"" + std::string(10u << 20, 'x') + "\"}\n", "f.jsonl", noon());
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().summary(), "record 1: longer than 1048576 bytes");
}

}  // namespace
}  // namespace handoff::mapping
