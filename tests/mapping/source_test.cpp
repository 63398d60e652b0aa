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
  Result<Source> read(std::string bytes) const {
    return scratch_.mapping()->read(std::move(bytes), "f.csv", noon());
  }
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
}

// A second charset never changes letters that are UTF-8 already.
TEST_F(SourceFile, RejectsCellsThatNoCharsetReads) {
  const auto mixed = read("id,name,born\n1,NU\xc3\x91\x45Z,\n2,REN\xc9\x45,\n3,c,\n");
  ASSERT_TRUE(mixed) << mixed.error().summary();
  ASSERT_EQ(mixed->records.size(), 3u);
  EXPECT_EQ(mixed->records[0].values["name"].text(), "NUÑEZ");
  ASSERT_TRUE(mixed->records[1].rejection);
  EXPECT_EQ(mixed->records[1].rejection->field, "name");
  EXPECT_EQ(mixed->records[1].rejection->value, "");
  EXPECT_EQ(mixed->records[1].rejection->reason,
            "is not utf-8 or windows-1252: export the file in one charset");
  EXPECT_FALSE(mixed->records[2].rejection);
  const auto undefined = read("id,name,born\n1,\x81,\n2,b,\n");
  ASSERT_TRUE(undefined);
  EXPECT_EQ(undefined->records[0].rejection->field, "name");
  EXPECT_FALSE(undefined->records[1].rejection);
}

TEST_F(SourceFile, ReadsUtf16ByItsMark) {
  const std::u16string text = u"id,name,born\r\n1,NU\u00d1EZ \U0001F600,\r\n";
  std::string little = "\xff\xfe", big = "\xfe\xff";
  for (const char16_t unit : text) {
    little += {char(unit & 0xff), char(unit >> 8)};
    big += {char(unit >> 8), char(unit & 0xff)};
  }
  for (const std::string& bytes : {little, big}) {
    const auto source = read(bytes);
    ASSERT_TRUE(source) << source.error().summary();
    ASSERT_EQ(source->records.size(), 1u);
    EXPECT_EQ(source->records[0].values["name"].text(), "NUÑEZ \U0001F600");
  }
  for (const std::string& broken : {little.substr(2), little + "x", little + std::string("\x00\xd8", 2),
                                    "\xff\xfe" + std::string(2, '\0') + "i"}) {
    const std::string told = refusal(broken);
    EXPECT_NE(told.find("UTF-"), told.npos) << told;
    EXPECT_EQ(told.find('\0'), told.npos);
    EXPECT_LT(told.size(), 120u);
  }
}

TEST_F(SourceFile, GarbledTextIsNoValue) {
  const auto source =
      read("id,name,born\n1,NUÃ‘EZ,\n2,REN\xef\xbf\xbd\x45,\n3,JosÃ©,\n4,São João Ñandú Æsir,\n5,ÃO,\n");
  ASSERT_TRUE(source) << source.error().summary();
  for (const std::size_t i : {0u, 1u, 2u}) {
    ASSERT_TRUE(source->records[i].rejection) << i;
    EXPECT_EQ(source->records[i].rejection->field, "name");
  }
  EXPECT_FALSE(source->records[3].rejection);
  EXPECT_FALSE(source->records[4].rejection);
}

TEST_F(SourceFile, ErrorsOfSpreadsheetsAreNoValues) {
  for (const char* error : {"#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "Err:502",
                            "#####", " #ref! ", "#ERROR!"}) {
    const auto source = read(std::string("id,name,born\n1,") + error + ",\n2,b," + error + "\n");
    ASSERT_TRUE(source);
    ASSERT_TRUE(source->records[0].rejection) << error;
    EXPECT_EQ(source->records[0].rejection->field, "name");
    ASSERT_TRUE(source->records[1].rejection) << error;
    EXPECT_EQ(source->records[1].rejection->field, "born");
  }
  const auto none = read("id,name,born\n1,#N/A,#N/A\n#N/A,b,\n2,C# / #1,\n");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->records[0].rejection) << "not available, where nothing is required";
  EXPECT_FALSE(none->records[0].values["name"]);
  ASSERT_TRUE(none->records[1].rejection);
  EXPECT_EQ(none->records[1].rejection->field, "id");
  EXPECT_EQ(none->records[2].values["name"].text(), "C# / #1");
}

TEST_F(SourceFile, RefusesTheFileBeforeAnyRecord) {
  EXPECT_EQ(refusal(""), "the file is empty: it has no header");
  EXPECT_EQ(refusal("id,name\n1,a\n"), "the column \"born\" is missing");
  EXPECT_EQ(refusal("id,name,born,shoe\n"), "the column \"shoe\" is not declared");
  EXPECT_EQ(refusal("id,name,born,name\n"), "the column \"name\" is there twice");
  EXPECT_EQ(refusal("id,\"name,born\n"), "record 1, the header: a quoted value does not end");
}

TEST_F(SourceFile, OneBadCellCostsOneRow) {
  const auto source = read(
      "id,name,born\n1,NADIA \"NAN\" X,\n2,\"NADIA \"NAN\" X\",\n3,\"open,\n4,\"a "
      "\"\"b\"\"\nc\",\n5,\"x\ny\"z,\n6,f,\n7,\"g,");
  ASSERT_TRUE(source) << source.error().summary();
  ASSERT_EQ(source->records.size(), 8u);
  EXPECT_EQ(source->records[0].values["name"].text(), "NADIA \"NAN\" X") << "as it stands";
  EXPECT_EQ(source->records[1].rejection->reason, "a quote is not allowed here");
  EXPECT_EQ(source->records[2].rejection->reason, "a quote is not allowed here");
  EXPECT_EQ(source->records[3].values["name"].text(), "a \"b\"\nc");
  EXPECT_EQ(source->records[3].number, 5u);
  EXPECT_EQ(source->records[4].rejection->reason, "a quote is not allowed here");
  EXPECT_TRUE(source->records[5].rejection) << "the end of the broken one";
  EXPECT_EQ(source->records[6].values["id"].text(), "6");
  EXPECT_EQ(source->records[7].rejection->reason, "a quoted value does not end");
  std::string all = "id,name,born\n";
  for (int i = 0; i < 1'001; ++i) all += "1,\"x\"y,\n";
  EXPECT_NE(refusal(all).find("more than 1000 rows are broken"), std::string::npos);
}

TEST_F(SourceFile, BlankRowsAndColumnsAreNone) {
  const auto source = read("id,name,born,,\n1,a,,,\n,,,,\n  , ,\t,,\n2,b\n3,c,,,,,,\n\n   \n");
  ASSERT_TRUE(source) << source.error().summary();
  ASSERT_EQ(source->records.size(), 3u);
  EXPECT_FALSE(source->records[0].rejection);
  EXPECT_EQ(source->records[1].number, 5u) << "a row of commas has a number";
  EXPECT_EQ(source->records[1].rejection->reason, "2 values instead of 5");
  EXPECT_FALSE(source->records[2].rejection);
  EXPECT_EQ(refusal("id,name,born,\n1,a,,x\n"),
            "column 4 has no name, and record 2 has a value in it: name it or empty it");
}

// One short line that says what to do. It shows no value of a person.
TEST_F(SourceFile, SaysWhatIsWrongWithAHeader) {
  std::string wide = "id,name,born";
  for (int i = 0; i < 1'000; ++i) wide += ",c" + std::to_string(i);
  EXPECT_EQ(refusal(wide + "\n1,a,\n"), "the columns \"c0\", \"c1\", \"c2\" and 997 more are not declared");
  EXPECT_EQ(
      refusal("id;name;born\n1;a;\n"),
      "the columns are separated by semicolons: export with \",\", or change \"delimiter\" in map.json");
  EXPECT_EQ(refusal("id\tname\tborn\n1\ta\t\n"),
            "the columns are separated by tabs: export with \",\", or change \"delimiter\" in map.json");
  EXPECT_EQ(
      refusal("\"id\";\"name\";\"born\"\n"),
      "the columns are separated by semicolons: export with \",\", or change \"delimiter\" in map.json");
  EXPECT_EQ(refusal("Referrals of June 2024,,\nprinted,,\nid,name,born\n1,a,\n"),
            "the header is row 3: delete the rows above it");
  EXPECT_EQ(refusal("77,RIVERA,1990-01-02\n78,ANA,\n"),
            "the first row is not a header: it has none of the columns \"id\", \"name\", \"born\"");
  EXPECT_EQ(refusal(std::string("id,name,born,") + std::string(500, 'x') + "\n").size() < 200, true);
}

TEST_F(SourceFile, ADateOfAnotherFormIsToldTheForms) {
  const auto source = read("id,name,born\n1,a,1/2/1985\n2,b,02/30/1990\n3,c,1990-13-01\n4,d,1990.01.02\n");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->records[0].rejection->reason, "not a date (expected MM/dd/yyyy or yyyy-MM-dd)");
  EXPECT_EQ(source->records[1].rejection->reason, "no such date");
  EXPECT_EQ(source->records[2].rejection->reason, "no such date");
  EXPECT_EQ(source->records[3].rejection->reason, "not a date (expected MM/dd/yyyy or yyyy-MM-dd)");
}

TEST_F(SourceFile, NumbersThatASpreadsheetMadeAreNoTexts) {
  const auto source = read("id,name,born\n1.04E+11,a,\n1E50,b,\n");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->records[0].rejection->reason,
            "a spreadsheet turned it into a number: format the column as text");
  EXPECT_FALSE(source->records[1].rejection);
}

TEST_F(SourceFile, RefusesEndlessRecords) {
  EXPECT_EQ(refusal("id,name,born\n1," + std::string(10u << 20, 'x') + ",\n"),
            "record 2: longer than 1048576 bytes");
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
  const auto source =
      read("id,name,born\n1,a,01/02/1990\n1,  a ,1990-01-02\n3,a,02/30/1990\n3,a,02/30/1990\n");
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
    EXPECT_EQ(source->records[i].rejection->reason,
              "another record of this file has the same key and other values");
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
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "csv", "header": false, "delimiter": ";",
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

TEST(SourceForms, TakesNumbersOfJsonForTextsWhereTheirDigitsAreSure) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}, "code": {"type": "code", "unused": true}}}, "produce": {)" +
      patient("") + "}}");
  const auto id = [&](const std::string& value) {
    const auto source = scratch.mapping()->read("{\"id\": " + value + "}\n", "f.jsonl", noon());
    if (!source) return source.error().summary();
    return source->records[0].rejection ? source->records[0].rejection->reason
                                        : std::string(source->records[0].values["id"].text());
  };
  EXPECT_EQ(id("104052321348"), "104052321348");
  EXPECT_EQ(id("104052321348.0"), "104052321348");
  EXPECT_EQ(id("1.04052321348E11"), "104052321348");
  EXPECT_EQ(id("1.5"), "not a text: write it in quotes");
  EXPECT_EQ(id("1e40"), "not a text: write it in quotes");
  EXPECT_EQ(id("1E-3"), "not a text: write it in quotes");
  EXPECT_EQ(id("true"), "not a text: write it in quotes");
  EXPECT_EQ(id("\"007\""), "007");
  EXPECT_EQ(id("-7"), "-7");
}

TEST(SourceForms, TellsAnArrayFromLines) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}}}, "produce": {)" +
      patient("") + "}}");
  const auto told = [&](const std::string& text) {
    const auto source = scratch.mapping()->read(text, "f.jsonl", noon());
    return source ? std::string() : source.error().summary();
  };
  EXPECT_NE(told("[\n  {\n    \"id\": \"a\"\n  }\n]\n").find("one JSON array"), std::string::npos);
  EXPECT_NE(told("  [{\"id\":\"a\"}]").find("one JSON array"), std::string::npos);
  EXPECT_NE(told("{\n  \"id\": \"a\"\n}\n").find("span several lines"), std::string::npos);
  const auto source = scratch.mapping()->read("{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\n{\"id\":\"\xff\"}\n",
                                              "f.jsonl", noon());
  ASSERT_TRUE(source);
  ASSERT_EQ(source->records.size(), 4u);
  ASSERT_TRUE(source->records[2].rejection);
  EXPECT_EQ(source->records[2].rejection->reason.find("line 1"), std::string::npos)
      << source->records[2].rejection->reason;
  EXPECT_EQ(source->records[3].rejection->reason, "not UTF-8: export the file in one charset");
}

TEST(SourceForms, RefusesJsonLinesThatAreTooLong) {
  const Scratch scratch(
      R"({"map": "t", "version": "1", "source": {"format": "jsonl", "fields": {"id": {}}}, "produce": {)" +
      patient("") + "}}");
  const auto source =
      scratch.mapping()->read("{\"id\":\"" + std::string(10u << 20, 'x') + "\"}\n", "f.jsonl", noon());
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().summary(), "record 1: longer than 1048576 bytes");
}

}  // namespace
}  // namespace handoff::mapping
