#include "fhirpath/decimal.h"

#include <gtest/gtest.h>

namespace handoff::fhirpath {
namespace {

Decimal decimal(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Decimal());
}

TEST(Decimal, KeepsItsDigits) {
  for (const std::string text : {"0", "1.50", "-0.001", "12345678901234567890.123456789", "100"})
    EXPECT_EQ(decimal(text).to_string(), text);
  EXPECT_EQ(decimal("1e3").to_string(), "1000");
  EXPECT_EQ(decimal("1.5E-2").to_string(), "0.015");
  EXPECT_EQ(decimal("1.500").normalized().to_string(), "1.5");
}

TEST(Decimal, RefusesWhatIsNoNumberOrTooLong) {
  for (const std::string text : {"", "-", "1.", ".5", "1x", "1e", "1e99", "0x1", " 1"})
    EXPECT_FALSE(Decimal::parse(text)) << text;
  EXPECT_FALSE(Decimal::parse(std::string(40, '9')));
}

TEST(Decimal, CalculatesExactly) {
  EXPECT_EQ(Decimal::add(decimal("0.1"), decimal("0.2"))->to_string(), "0.3");
  EXPECT_EQ(Decimal::multiply(decimal("1.2"), decimal("-1.8"))->to_string(), "-2.16");
  EXPECT_EQ(Decimal::divide(decimal("1"), decimal("8"))->to_string(), "0.125");
  EXPECT_EQ(Decimal::divide(decimal("2"), decimal("3"))->to_string(), "0.6666666666666667");
  EXPECT_EQ(Decimal::divide(decimal("0.004"), decimal("200"))->to_string(), "0.00002");
  EXPECT_FALSE(Decimal::divide(decimal("1"), decimal("0.0")));
  EXPECT_FALSE(Decimal::multiply(decimal(std::string(30, '9')), decimal(std::string(30, '9'))));
}

TEST(Decimal, RoundsAndCompares) {
  using Rounding = Decimal::Rounding;
  EXPECT_EQ(decimal("2.345").rounded(2).to_string(), "2.35");
  EXPECT_EQ(decimal("-2.5").rounded(0).to_string(), "-3");
  EXPECT_EQ(decimal("-2.1").rounded(0, Rounding::floor).to_string(), "-3");
  EXPECT_EQ(decimal("-2.9").rounded(0, Rounding::ceiling).to_string(), "-2");
  EXPECT_EQ(decimal("-2.9").rounded(0, Rounding::truncate).to_string(), "-2");
  EXPECT_EQ(Decimal::compare(decimal("1.0"), decimal("1")), 0);
  EXPECT_LT(Decimal::compare(decimal("-1"), decimal("0.5")), 0);
  EXPECT_GT(Decimal::compare(decimal(std::string(37, '9')), decimal("0.00000001")), 0);
  EXPECT_EQ(decimal("7.00").to_integer(), 7);
  EXPECT_FALSE(decimal("7.01").to_integer());
  EXPECT_FALSE(decimal("9223372036854775808").to_integer());
}

}  // namespace
}  // namespace handoff::fhirpath
