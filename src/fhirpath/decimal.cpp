#include "fhirpath/decimal.h"

#include <fmt/format.h>

#include <cmath>

#include "core/number.h"

namespace handoff::fhirpath {
namespace {

using Digits = Decimal::Digits;

constexpr int scale_max = 36;
constexpr int quotient_scale = 16;  // places after the point of a quotient that does not end earlier

std::optional<Digits> scaled(Digits digits, int by) {
  for (; by > 0; --by)
    if (__builtin_mul_overflow(digits, Digits{10}, &digits)) return std::nullopt;
  return digits;
}

// "e+12" at the end of a number.
std::optional<int> exponent_of(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
  text.remove_prefix(1);
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  return parse_number<int>(text);
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  Digits digits = 0;
  int scale = 0;
  bool point = false, any = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point && any) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    if (__builtin_mul_overflow(digits, Digits{10}, &digits) ||
        __builtin_add_overflow(digits, Digits{c - '0'}, &digits))
      return std::nullopt;
    any = true;
    if (point) ++scale;
  }
  if (!any || (point && scale == 0)) return std::nullopt;
  const auto exponent = exponent_of(text.substr(at));
  if (!exponent || *exponent > scale_max || *exponent < -scale_max) return std::nullopt;
  scale -= *exponent;
  if (scale < 0) {
    const auto whole = scaled(digits, -scale);
    if (!whole) return std::nullopt;
    digits = *whole;
    scale = 0;
  }
  if (scale > scale_max) return std::nullopt;
  return Decimal(negative ? -digits : digits, scale);
}

std::optional<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return parse(fmt::format("{:.15g}", value));
}

std::string Decimal::to_string() const {
  Digits rest = digits_ < 0 ? -digits_ : digits_;
  std::string reversed;
  for (int place = 0; rest != 0 || place <= scale_; ++place) {
    if (place == scale_ && scale_ > 0) reversed += '.';
    reversed += char('0' + int(rest % 10));
    rest /= 10;
  }
  if (digits_ < 0) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

double Decimal::to_double() const { return std::strtod(to_string().c_str(), nullptr); }

std::optional<std::int64_t> Decimal::to_integer() const {
  const Decimal whole = normalized();
  if (whole.scale_ != 0 || whole.digits_ > INT64_MAX || whole.digits_ < INT64_MIN) return std::nullopt;
  return std::int64_t(whole.digits_);
}

Decimal Decimal::rounded(int scale, Rounding rounding) const {
  if (scale >= scale_) return *this;
  Digits unit = 1;
  for (int i = scale; i < scale_; ++i) unit *= 10;
  Digits whole = digits_ / unit;
  const Digits rest = digits_ % unit;
  const Digits size = rest < 0 ? -rest : rest;
  if (rounding == Rounding::half_up && size * 2 >= unit) whole += digits_ < 0 ? -1 : 1;
  if (rounding == Rounding::floor && rest < 0) --whole;
  if (rounding == Rounding::ceiling && rest > 0) ++whole;
  return Decimal(whole, scale);
}

std::optional<Decimal> Decimal::with_scale(int scale) const {
  if (scale <= scale_) return *this;
  if (scale > scale_max) return std::nullopt;
  const auto digits = scaled(digits_, scale - scale_);
  if (!digits) return std::nullopt;
  return Decimal(*digits, scale);
}

Decimal Decimal::normalized() const {
  Decimal result = *this;
  while (result.scale_ > 0 && result.digits_ % 10 == 0) {
    result.digits_ /= 10;
    --result.scale_;
  }
  return result;
}

std::optional<Decimal> Decimal::add(Decimal a, Decimal b) {
  const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  const auto x = a.with_scale(scale), y = b.with_scale(scale);
  if (!x || !y) return std::nullopt;
  Digits sum = 0;
  if (__builtin_add_overflow(x->digits_, y->digits_, &sum)) return std::nullopt;
  return Decimal(sum, scale);
}

std::optional<Decimal> Decimal::multiply(Decimal a, Decimal b) {
  Digits product = 0;
  if (__builtin_mul_overflow(a.digits_, b.digits_, &product)) {
    const Decimal x = a.normalized(), y = b.normalized();
    if (__builtin_mul_overflow(x.digits_, y.digits_, &product)) return std::nullopt;
    return x.scale_ + y.scale_ > scale_max ? std::nullopt
                                           : std::optional(Decimal(product, x.scale_ + y.scale_));
  }
  if (a.scale_ + b.scale_ > scale_max) return std::nullopt;
  return Decimal(product, a.scale_ + b.scale_);
}

std::optional<Decimal> Decimal::divide(Decimal a, Decimal b) {
  if (b.digits_ == 0) return std::nullopt;
  a = a.normalized();
  b = b.normalized();
  // One digit more than is kept, for rounding. Fewer digits if the dividend has no room.
  for (int places = quotient_scale + 1; places >= 0; --places) {
    const auto digits =
        scaled(a.digits_, places + b.scale_ - a.scale_ > 0 ? places + b.scale_ - a.scale_ : 0);
    if (!digits) continue;
    const int scale = places + b.scale_ - a.scale_ > 0 ? places : a.scale_ - b.scale_;
    return Decimal(*digits / b.digits_, scale).rounded(quotient_scale).normalized();
  }
  return std::nullopt;
}

int Decimal::compare(Decimal a, Decimal b) {
  const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  const auto x = a.with_scale(scale), y = b.with_scale(scale);
  if (x && y) return x->digits_ < y->digits_ ? -1 : x->digits_ > y->digits_ ? 1 : 0;
  const double p = a.to_double(), q = b.to_double();  // so far apart that a double can tell
  return p < q ? -1 : p > q ? 1 : 0;
}

}  // namespace handoff::fhirpath
