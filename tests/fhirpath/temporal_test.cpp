#include "fhirpath/temporal.h"

#include <gtest/gtest.h>

#include "fhirpath/units.h"

namespace handoff::fhirpath {
namespace {

TEST(Temporal, ReadsAndWrites) {
  for (const std::string text :
       {"2024", "2024-02", "2024-02-29", "2024-02-29T10", "2024-02-29T10:30", "2024-02-29T10:30:59",
        "2024-02-29T10:30:59.120Z", "2024-02-29T10:30:59-05:30"}) {
    const auto value = Temporal::parse(text, SystemType::date_time);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(value->to_string(), text);
  }
  EXPECT_EQ(Temporal::parse("10:30", SystemType::time)->to_string(), "10:30");
}

TEST(Temporal, RefusesWhatIsNoDate) {
  for (const std::string text : {"", "24", "2024-13", "2023-02-29", "2024-02-29T24:00", "2024-02-29T10:60",
                                 "2024-02-29 10:00", "2024-02-29T10:00+1", "0000-01-01"})
    EXPECT_FALSE(Temporal::parse(text, SystemType::date_time)) << text;
  EXPECT_FALSE(Temporal::parse("2024-02-29T10:00", SystemType::date));
  EXPECT_FALSE(Temporal::parse("10:30Z", SystemType::time));
}

struct Comparison {
  std::string_view a, b;
  std::optional<int> result;
};

TEST(Temporal, ComparesAsFarAsItCanBeTold) {
  const Comparison cases[] = {
      {"2024", "2025", -1},
      {"2024", "2024-01", std::nullopt},
      {"2024-01-01T10:00:00", "2024-01-01T10:00:00.0", 0},
      {"2024-01-01T10:00Z", "2024-01-01T05:00-05:00", 0},
      {"2024-01-01T10:00Z", "2024-01-01T12:00", std::nullopt},
      {"2024-01-01T10:00Z", "2024-01-03T12:00", -1},
      {"2024-01-03", "2024-01-01T12:00Z", 1},
  };
  for (const auto& [a, b, result] : cases)
    EXPECT_EQ(Temporal::compare(*Temporal::parse(a, SystemType::date_time),
                                *Temporal::parse(b, SystemType::date_time)),
              result)
        << a << " " << b;
}

TEST(Temporal, StaysWithinTheYearsThereAre) {
  const auto last = Temporal::parse("9999-12-31", SystemType::date);
  EXPECT_FALSE(last->plus(Decimal(1), "day"));
  EXPECT_FALSE(last->plus(Decimal(1), "year"));
  EXPECT_FALSE(last->plus(Decimal(INT64_MAX), "week"));
  EXPECT_FALSE(last->plus(Decimal(1), "fortnight"));
  EXPECT_EQ(Temporal::parse("2024", SystemType::date)->plus(Decimal(24), "month")->to_string(), "2026");
  EXPECT_EQ(Temporal::parse("2024-02", SystemType::date)->plus(Decimal(60), "day")->to_string(), "2024-04");
}

}  // namespace
}  // namespace handoff::fhirpath
