#include "fhirpath/units.h"

#include <gtest/gtest.h>

#include "fhirpath/ucum.h"

namespace handoff::fhirpath {
namespace {

Quantity quantity(std::string_view value, std::string_view unit, bool calendar = false) {
  return {*Decimal::parse(value), unit, calendar};
}

struct Case {
  std::string_view a, a_unit, b, b_unit;
  std::optional<int> order;
};

// Pairs from UCUM's own tables and from reports of laboratories.
constexpr Case cases[] = {
    {"1", "kg", "1000", "g", 0},
    {"100", "mg/dL", "1", "g/L", 0},
    {"1", "[lb_av]", "453.59237", "g", 0},
    {"5", "[in_i]", "12.7", "cm", 0},
    {"1", "[gal_us]", "3.785411784", "L", 0},
    {"1", "mL", "1", "cm3", 0},
    {"1", "mmol/L", "1", "mol/m3", 0},
    {"1", "10*3/uL", "1", "10*9/L", 0},
    {"1", "10*3/uL", "1000", "/uL", 0},
    {"1", "/min", "60", "/h", 0},
    {"5", "ng/mL", "5", "ug/L", 0},
    {"37", "Cel", "310.15", "K", 0},
    {"98.6", "[degF]", "37", "Cel", 0},
    {"38", "Cel", "100", "[degF]", 1},
    {"120", "mm[Hg]", "15.99864", "kPa", 0},
    {"1", "kcal", "4.184", "kJ", 0},
    {"1", "[IU]/mL", "1000", "[iU]/L", 0},
    {"1", "U/L", "1", "mU/mL", 0},
    {"1", "meq/L", "1", "mmol/L", 0},
    {"1", "mg/kg/d", "1", "ug/g/(24.h)", 0},
    {"1", "a", "365.25", "d", 0},
    {"2", "{tablet}", "2", "1", 0},
    {"50", "%", "0.5", "1", 0},
    {"1", "mL/min/{1.73_m2}", "1", "ml/min", 0},
    {"1", "m", "1", "kg", std::nullopt},
    {"1", "mm", "1", "MM", std::nullopt},
    {"7", "[pH]", "7", "1", std::nullopt},
    {"1", "m(", "1", "m", std::nullopt},
};

TEST(Units, AreComparedExactly) {
  for (const Case& c : cases)
    EXPECT_EQ(compare(quantity(c.a, c.a_unit), quantity(c.b, c.b_unit)), c.order)
        << c.a << c.a_unit << " " << c.b << c.b_unit;
}

// A resource may bring a code of megabytes.
TEST(Units, OfAbsurdLengthAreTakenAsTheyAre) {
  std::string code = "Ym99";
  while (code.size() < 4'000'000) code += ".Ym99";
  const Measure measure = measure_of(code, false);
  ASSERT_EQ(measure.bases.size(), 1u);
  EXPECT_TRUE(measure.bases[0].first == code) << "which nobody wants to read here";
  EXPECT_EQ(compare(quantity("1", code), quantity("1", "m")), std::nullopt);
  EXPECT_EQ(compare(quantity("1", code), quantity("2", code)), -1);
}

TEST(Units, OfTheCalendarAreApartFromDaysOn) {
  EXPECT_EQ(compare(quantity("1", "week", true), quantity("7", "d")), 0);
  EXPECT_EQ(compare(quantity("1", "year", true), quantity("1", "a")), std::nullopt);
  EXPECT_EQ(compare(quantity("1", "year", true), quantity("12", "month", true)), 0);
  EXPECT_EQ(compare(quantity("1", "year", true), quantity("365", "day", true)), 0);
  EXPECT_EQ(compare(quantity("2", "month", true), quantity("60", "day", true)), 0);
  EXPECT_TRUE(equivalent(quantity("1", "year", true), quantity("1", "a")));
  EXPECT_FALSE(equivalent(quantity("1", "year", true), quantity("1", "mo")));
}

TEST(Units, AreConverted) {
  EXPECT_EQ(converted(quantity("1", "g"), "kg", false)->to_string(), "0.001");
  EXPECT_EQ(converted(quantity("4", "d"), "h", false)->to_string(), "96");
  EXPECT_EQ(converted(quantity("212", "[degF]"), "Cel", false)->normalized().to_string(), "100");
  EXPECT_FALSE(converted(quantity("1", "g"), "L", false));
  EXPECT_TRUE(is_finer(quantity("1", "cm"), quantity("1", "m")));
  EXPECT_TRUE(equivalent(quantity("4", "g"), quantity("4040", "mg")));
  EXPECT_FALSE(equivalent(quantity("4.1", "g"), quantity("4040", "mg")));
}

TEST(Units, OfProducts) {
  EXPECT_EQ(product_code("cm", "cm2", false), "cm3");
  EXPECT_EQ(product_code("cm2", "cm", true), "cm");
  EXPECT_EQ(product_code("mg", "dL", true), "mg/dL");
  EXPECT_EQ(product_code("m", "m", true), "1");
  EXPECT_EQ(product_code("1", "s", true), "/s");
  EXPECT_EQ(product_code("mg/mL", "mL", false), "mg");
}

// A mistake in the table would make a unit that no base unit explains.
TEST(Units, OfTheTableStandOnBaseUnits) {
  for (const UnitRow& row : unit_rows()) {
    const Measure measure = measure_of(row.code, false);
    for (const auto& [base, power] : measure.bases) {
      const auto is_base = [&](const UnitRow& other) { return other.code == base && other.unit.empty(); };
      EXPECT_TRUE(std::any_of(unit_rows().begin(), unit_rows().end(), is_base))
          << row.code << " stands on " << base;
    }
    EXPECT_GT(measure.numerator, 0) << row.code;
    EXPECT_TRUE(!row.unit.empty() || measure.bases.size() == 1) << row.code;
  }
}

}  // namespace
}  // namespace handoff::fhirpath
