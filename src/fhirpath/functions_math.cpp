// Mathematics (FHIRPath 2.0 section 5.7). Decimals are exact, except in powers, roots and logarithms.
#include <cmath>

#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

bool abs_value(const Call& call) {
  if (call.input.size() == 1 && kind_of(call.input[0]) == SystemType::quantity) {
    const auto q = quantity(call.input[0]);
    if (!q) return true;
    const Decimal size = q->value.is_negative() ? q->value.negated() : q->value;
    return call.give(quantity_item(call.arena(), {size, q->unit, q->calendar}));
  }
  Decimal value;
  if (!input_number(call, value)) return nothing(call);
  Item item = decimal_item(call.arena(), value.is_negative() ? value.negated() : value);
  item.system = kind_of(call.input[0]);
  return call.give(item);
}

template <Decimal::Rounding Rounding>
bool to_whole(const Call& call) {
  Decimal value;
  if (!input_number(call, value)) return nothing(call);
  const auto whole = value.rounded(0, Rounding).to_integer();
  return !whole || call.give(*whole);
}

bool round_value(const Call& call) {
  Decimal value;
  std::int64_t places = 0;
  if (!input_number(call, value)) return nothing(call);
  if (!call.step.children.empty() && !argument_integer(call, 0, places)) return nothing(call);
  if (places < 0 || places > 28) return call.fail("round() takes 0 to 28 places");
  return call.give(decimal_item(call.arena(), value.rounded(int(places))));
}

bool give_double(const Call& call, double result) {
  const auto value = Decimal::from_double(result);
  return !value || call.give(decimal_item(call.arena(), *value));
}

template <double (*Function)(double)>
bool of_double(const Call& call) {
  Decimal value;
  if (!input_number(call, value)) return nothing(call);
  return give_double(call, Function(value.to_double()));
}

bool argument_number(const Call& call, Decimal& value) {
  Scratch result(call.state);
  if (!call.argument(0, *result) || result->empty()) return false;
  const auto found = result->size() == 1 ? number((*result)[0]) : std::nullopt;
  if (!found) return call.fail(call.step.name + "() takes a number");
  value = *found;
  return true;
}

bool log_value(const Call& call) {
  Decimal value, base;
  if (!input_number(call, value) || !argument_number(call, base)) return nothing(call);
  return give_double(call, std::log(value.to_double()) / std::log(base.to_double()));
}

bool power(const Call& call) {
  Decimal value, exponent;
  if (!input_number(call, value) || !argument_number(call, exponent)) return nothing(call);
  const auto count = exponent.to_integer();
  if (!count || *count < 0 || *count > 64)
    return give_double(call, std::pow(value.to_double(), exponent.to_double()));
  std::optional<Decimal> result = Decimal(1);
  for (std::int64_t i = 0; i < *count && result; ++i) result = Decimal::multiply(*result, value);
  if (!result) return true;
  const auto whole = result->to_integer();
  if (kind_of(call.input[0]) == SystemType::integer && exponent.scale() == 0 && whole)
    return call.give(*whole);
  return call.give(decimal_item(call.arena(), *result));
}

constexpr auto number_only = Takes::number;
constexpr Builtin table[] = {
    {"abs", 0, 0, 0, Takes::anything, Gives::input_item, abs_value},
    {"ceiling", 0, 0, 0, number_only, Gives::integer, to_whole<Decimal::Rounding::ceiling>},
    {"floor", 0, 0, 0, number_only, Gives::integer, to_whole<Decimal::Rounding::floor>},
    {"truncate", 0, 0, 0, number_only, Gives::integer, to_whole<Decimal::Rounding::truncate>},
    {"round", 0, 1, 0, number_only, Gives::decimal, round_value},
    {"exp", 0, 0, 0, number_only, Gives::decimal, of_double<std::exp>},
    {"ln", 0, 0, 0, number_only, Gives::decimal, of_double<std::log>},
    {"sqrt", 0, 0, 0, number_only, Gives::decimal, of_double<std::sqrt>},
    {"log", 1, 1, 0, number_only, Gives::decimal, log_value},
    {"power", 1, 1, 0, number_only, Gives::number, power},
};

}  // namespace

std::span<const Builtin> math_functions() { return table; }

}  // namespace handoff::fhirpath
