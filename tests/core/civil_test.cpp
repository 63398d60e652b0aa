#include "core/civil.h"

#include <gtest/gtest.h>

#include "core/hash.h"
#include "core/text.h"

namespace handoff {
namespace {

struct Span {
  const char* text;
  const char* first;
  const char* last;
};

TEST(Civil, PartialDatesAreWholeSpansInLocalTime) {
  const Span cases[] = {
      {"2024", "2024-01-01T05:00:00.000Z", "2025-01-01T04:59:59.999Z"},
      {"2024-02", "2024-02-01T05:00:00.000Z", "2024-03-01T04:59:59.999Z"},
      {"2024-06-30", "2024-06-30T04:00:00.000Z", "2024-07-01T03:59:59.999Z"},
      {"2024-03-10", "2024-03-10T05:00:00.000Z", "2024-03-11T03:59:59.999Z"},  // 23 hours
      {"2024-06-30T23:59:59-04:00", "2024-07-01T03:59:59.000Z", "2024-07-01T03:59:59.999Z"},
      {"2024-01-15T12:00", "2024-01-15T17:00:00.000Z", "2024-01-15T17:00:59.999Z"},
      {"2024-01-15T12:00:00.25Z", "2024-01-15T12:00:00.250Z", "2024-01-15T12:00:00.250Z"},
  };
  for (const auto& [text, first, last] : cases) {
    const auto span = span_of(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(format_instant(span->first), first) << text;
    EXPECT_EQ(format_instant(span->last), last) << text;
  }
  for (const char* bad : {"", "24", "2024-13", "2024-02-30", "2024-6-1", "2024-06-30T", "2024-06-30T25:00",
                          "2024-06-30T12:00+99:00", "2024-06-30 12:00", "2024-06-30T12:00:00.Z", "0000"})
    EXPECT_FALSE(span_of(bad)) << bad;
  EXPECT_EQ(format_local(end_of_day(*parse_date("2024-06-30"))), "2024-06-30T23:59:59.999-04:00");
  EXPECT_EQ(format_date(local_date(span_of("2024-07-01T03:59:59Z")->first)), "2024-06-30");
}

TEST(Text, FoldsNamesForComparison) {
  EXPECT_EQ(fold("  GONÇALVES "), fold("Gonçalves"));
  EXPECT_EQ(fold("Siobhán  O'Brien"), "siobhan o'brien");
  EXPECT_NE(fold("Smith"), fold("Smyth"));
  EXPECT_EQ(trim(" \t a b\xC2\xA0 "), "a b");
  EXPECT_FALSE(is_utf8("\xC3("));
}

TEST(Hash, Base64urlRoundTripAndRefusal) {
  std::string bytes;
  for (const std::string original : {"", "f", "fo", "foo", "\xff\xfe\xfd"}) {
    ASSERT_TRUE(base64url_decode(base64url_encode(original), bytes));
    EXPECT_EQ(bytes, original);
  }
  EXPECT_FALSE(base64url_decode("a", bytes));
  EXPECT_FALSE(base64url_decode("ab=", bytes));
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace handoff
