// The formats that are written by hand equal R4's patterns, except where a reason is given.
#include "validation/primitives.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "fhir/definitions.h"

namespace handoff::validation {
namespace {

const char* const samples[] = {"",
                               " ",
                               "a",
                               "a b",
                               "a  b",
                               " a",
                               "a ",
                               "a\tb",
                               "a\nb",
                               "\n",
                               "a\f",
                               "true",
                               "0",
                               "-0",
                               "-1",
                               "1",
                               "01",
                               "00",
                               "+1",
                               "2147483647",
                               "2147483646",
                               "12",
                               "1.0",
                               "1e2",
                               "1E+2",
                               "1e-2",
                               "0.50",
                               "-1.5",
                               "1980",
                               "0000",
                               "0001",
                               "0100",
                               "1000",
                               "9999",
                               "198",
                               "19801",
                               "1980-",
                               "1980-01",
                               "1980-00",
                               "1980-13",
                               "1980-1",
                               "1980-01-01",
                               "1980-01-00",
                               "1980-01-32",
                               "1980-12-31",
                               "1980-01-1",
                               "1980/01/01",
                               "1980-01-01T",
                               "1980-01-01T10:00:00",
                               "1980-01-01T10:00:00Z",
                               "1980-01-01T10:00:00z",
                               "1980-01-01T10:00Z",
                               "1980-01-01T10:00:60Z",
                               "1980-01-01T10:00:61Z",
                               "1980-01-01T24:00:00Z",
                               "1980-01-01T23:59:59.1Z",
                               "1980-01-01T23:59:59.Z",
                               "1980-01-01T23:59:59.123456789+14:00",
                               "1980-01-01T23:59:59+14:01",
                               "1980-01-01T23:59:59-13:59",
                               "1980-01-01T23:59:59-13:60",
                               "1980-01-01T23:59:59-1300",
                               "1980-01-01 23:59:59Z",
                               "1980-01T10:00:00Z",
                               "10:00:00",
                               "10:00",
                               "24:00:00",
                               "10:60:00",
                               "10:00:00.5",
                               "10:00:00.",
                               "10-00:00",
                               "urn:oid:1.2.3",
                               "urn:oid:3.1",
                               "urn:oid:1.02",
                               "1.2.3",
                               "urn:uuid:0c3e5cbe-3f3e-4c5e-9ad5-5d8bd1b5ab4d",
                               "urn:uuid:0C3E5CBE-3f3e-4c5e-9ad5-5d8bd1b5ab4d",
                               "abcd",
                               "abc",
                               "ab cd",
                               "abcd efgh",
                               " abcd ",
                               "ab==",
                               "a-b.c",
                               "a_b",
                               "http://x.org/a|1.0",
                               "\xc3\xa9",
                               "a\xc3\xa9",
                               "0123456789012345678901234567890123456789012345678901234567890123",
                               "01234567890123456789012345678901234567890123456789012345678901234"};

TEST(Primitives, AreThePatternsOfR4) {
  std::size_t compared = 0;
  for (const char* name :
       {"base64Binary", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer",
        "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid"}) {
    const Primitive* primitive = find_primitive(name);
    ASSERT_TRUE(primitive && primitive->is_valid) << name;
    const auto pattern = fhir::Definitions::r4().find_type(name)->pattern;
    const RE2 regex{re2::StringPiece(pattern.data(), pattern.size())};
    const RE2 number("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    for (const std::string sample : samples) {
      // JSON lets no other text through.
      if (primitive->json_type == json::Type::number && !RE2::FullMatch(sample, number)) continue;
      if (sample.empty()) {  // a value is never empty (R4 "json"), whatever the pattern of uri says
        EXPECT_FALSE(primitive->is_valid(sample)) << name;
        continue;
      }
      EXPECT_EQ(primitive->is_valid(sample), RE2::FullMatch(sample, regex)) << name << " '" << sample << "'";
      ++compared;
    }
  }
  EXPECT_GT(compared, 1000u);
}

TEST(Primitives, KnowRealDays) {
  for (const char* text : {"1981-02-29", "1900-02-29", "2024-04-31", "2023-06-31"}) {
    EXPECT_FALSE(find_primitive("date")->is_valid(text)) << text;
    EXPECT_FALSE(find_primitive("dateTime")->is_valid(text + std::string("T00:00:00Z"))) << text;
  }
  for (const char* text : {"1980-02-29", "2000-02-29"})
    EXPECT_TRUE(find_primitive("date")->is_valid(text)) << text;
  EXPECT_FALSE(find_primitive("Patient"));
}

}  // namespace
}  // namespace handoff::validation
