// Exact decimals (FHIRPath 2.0 "Decimal"): a scaled integer of up to 38 digits, so that 0.1 + 0.2 is 0.3 and
// 1.50 stays 1.50. A result that does not fit is std::nullopt, because the specification makes overflow
// empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handoff::fhirpath {

class Decimal {
 public:
  __extension__ using Digits = __int128;

  constexpr Decimal() = default;
  constexpr explicit Decimal(std::int64_t integer) : digits_(integer) {}

  // "-12.50", "1e3"; nothing if malformed or too long.
  static std::optional<Decimal> parse(std::string_view text);
  // The nearest decimal of 15 significant digits. Nothing for infinities and NaN.
  static std::optional<Decimal> from_double(double value);

  std::string to_string() const;  // keeps trailing zeros of the scale
  double to_double() const;
  std::optional<std::int64_t> to_integer() const;  // nothing if it has a fraction or does not fit
  int scale() const { return scale_; }
  bool is_zero() const { return digits_ == 0; }
  bool is_negative() const { return digits_ < 0; }
  Digits digits() const { return digits_; }  // the value times 10^scale
  static constexpr Decimal of(Digits digits, int scale) { return Decimal(digits, scale); }

  Decimal negated() const { return Decimal(-digits_, scale_); }
  // half_up rounds half away from zero. truncate rounds towards zero, floor down, ceiling up.
  enum class Rounding : std::uint8_t { half_up, truncate, floor, ceiling };
  Decimal rounded(int scale, Rounding rounding = Rounding::half_up) const;
  // The same value with at least `scale` places. Nothing if that does not fit.
  std::optional<Decimal> with_scale(int scale) const;
  Decimal normalized() const;  // without trailing zeros after the point

  static std::optional<Decimal> add(Decimal a, Decimal b);
  static std::optional<Decimal> multiply(Decimal a, Decimal b);
  static std::optional<Decimal> divide(Decimal a, Decimal b);  // nothing if the divisor is zero
  static int compare(Decimal a, Decimal b);                    // by value: 1.0 equals 1

 private:
  constexpr Decimal(Digits digits, int scale) : digits_(digits), scale_(scale) {}

  Digits digits_ = 0;
  int scale_ = 0;
};

}  // namespace handoff::fhirpath
