// Precision and boundaries (FHIRPath's continuous build): the least and the greatest value that a value of
// limited precision can stand for.
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

constexpr int digits_max = 28;

// The value minus or plus half a unit of its last digit, rounded outwards to `places`.
std::optional<Decimal> decimal_boundary(Decimal value, std::int64_t places, bool high) {
  if (places < 0 || places > digits_max) return std::nullopt;
  const auto fine = value.with_scale(value.scale() + 1);
  const auto half = Decimal::parse("0." + std::string(std::size_t(value.scale()), '0') + "5");
  const auto moved = fine && half ? Decimal::add(*fine, high ? *half : half->negated()) : std::nullopt;
  if (!moved) return std::nullopt;
  using Rounding = Decimal::Rounding;
  // A value that becomes zero at so few places stays zero, as in the published test cases.
  const bool vanishes = value.scale() > places && value.rounded(int(places), Rounding::truncate).is_zero();
  const auto rounding = vanishes ? Rounding::truncate : high ? Rounding::ceiling : Rounding::floor;
  return moved->rounded(int(places), rounding).with_scale(int(places));
}

bool give_decimal_boundary(const Call& call, Decimal value, std::int64_t places, bool high) {
  const auto found = decimal_boundary(value, places, high);
  return !found || call.give(decimal_item(call.arena(), *found));
}

bool give_quantity_boundary(const Call& call, const Quantity& value, std::int64_t places, bool high) {
  const auto found = decimal_boundary(value.value, places, high);
  return !found || call.give(quantity_item(call.arena(), {*found, value.unit, value.calendar}));
}

// Number of digits → precision: 4 year, 6 month, 8 day, 10 hour, 12 minute, 14 second, 17 millisecond; times
// 2, 4, 6, 9.
std::optional<Precision> precision_of(std::int64_t digits, bool time) {
  static constexpr std::pair<int, Precision> rows[] = {
      {4, Precision::year},    {6, Precision::month},   {8, Precision::day},         {10, Precision::hour},
      {12, Precision::minute}, {14, Precision::second}, {17, Precision::millisecond}};
  for (const auto& [count, precision] : rows)
    if (count == digits + (time ? 8 : 0)) return precision;
  return std::nullopt;
}

std::int64_t digits_of(const Temporal& t) {
  static constexpr int digits[] = {4, 6, 8, 10, 12, 14, 17};
  return digits[std::size_t(t.precision)] - (t.kind == SystemType::time ? 8 : 0);
}

int last_day(const Temporal& t) {
  const std::chrono::month_day_last month{std::chrono::month{unsigned(t.month)}};
  return int(unsigned(std::chrono::year_month_day_last{std::chrono::year{t.year}, month}.day()));
}

bool temporal_boundary(const Call& call, Temporal t, std::optional<std::int64_t> digits, bool high) {
  const bool time = t.kind == SystemType::time;
  const auto wanted = precision_of(digits.value_or(time ? 9 : t.kind == SystemType::date ? 8 : 17), time);
  if (!wanted) return true;
  if (t.precision < Precision::month) t.month = high ? 12 : 1;
  if (t.precision < Precision::day) t.day = high ? last_day(t) : 1;
  if (t.precision < Precision::hour) t.hour = high ? 23 : 0;
  // A value that has only an hour stands for the first minute of that hour, as in the published test cases.
  if (t.precision < Precision::minute) t.minute = high && t.precision != Precision::hour ? 59 : 0;
  if (t.precision < Precision::second) t.second = high ? 59 : 0;
  if (t.precision < Precision::millisecond) t.millisecond = high ? 999 : 0;
  t.precision = *wanted;
  if (!time && *wanted > Precision::day) {
    t.kind = SystemType::date_time;
    if (!t.offset_minutes) t.offset_minutes = (high ? -12 : 14) * 60;
  }
  return call.give(temporal_item(call.arena(), t));
}

bool boundary(const Call& call, bool high) {
  if (call.input.empty()) return true;
  if (call.input.size() > 1) return call.fail(call.step.name + "() takes one item");
  std::int64_t places = 0;
  const bool given = !call.step.children.empty();
  if (given && !argument_integer(call, 0, places)) return nothing(call);
  const Item& item = call.input[0];
  if (const auto value = number(item)) return give_decimal_boundary(call, *value, given ? places : 8, high);
  if (const auto value = quantity(item))
    return give_quantity_boundary(call, *value, given ? places : 8, high);
  const auto digits = given ? std::optional(places) : std::nullopt;
  if (const auto value = temporal(item)) return temporal_boundary(call, *value, digits, high);
  return call.fail(call.step.name + "() takes a number or a date");
}

bool low_boundary(const Call& call) { return boundary(call, false); }
bool high_boundary(const Call& call) { return boundary(call, true); }

bool precision(const Call& call) {
  if (call.input.size() != 1) return true;
  if (const auto value = number(call.input[0])) return call.give(std::int64_t(value->scale()));
  const auto value = temporal(call.input[0]);
  return !value || call.give(digits_of(*value));
}

bool have_one_dimension(const Call& call) {
  Scratch other(call.state);
  if (!call.argument(0, *other)) return false;
  if (call.input.size() != 1 || other->size() != 1) return true;
  const auto a = quantity(call.input[0]), b = quantity((*other)[0]);
  return !a || !b || call.give(comparable(*a, *b));
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"lowBoundary", 0, 1, 0, any, Gives::unknown, low_boundary},
    {"highBoundary", 0, 1, 0, any, Gives::unknown, high_boundary},
    {"precision", 0, 0, 0, any, Gives::integer, precision},
    {"comparable", 1, 1, 0, any, Gives::boolean, have_one_dimension},
};

}  // namespace

std::span<const Builtin> boundary_functions() { return table; }

}  // namespace handoff::fhirpath
