// Arithmetic of numbers, quantities and dates, and concatenation (FHIRPath 2.0 section 6.6). Overflow gives
// an empty result.
#include <fmt/format.h>

#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

struct Operands {
  const Call& call;
  const Item& a;
  const Item& b;
  Collection& out;
};

bool give_number(const Operands& o, std::optional<Decimal> value, bool integer) {
  if (!value) return true;
  if (!integer) {
    o.out.push_back(decimal_item(o.call.arena(), *value));
  } else if (const auto whole = value->to_integer()) {
    o.out.push_back(integer_item(o.call.arena(), *whole));
  }
  return true;
}

bool divide_numbers(const Operands& o, Operator op, Decimal a, Decimal b, bool integer) {
  if (op == Operator::divide) return give_number(o, Decimal::divide(a, b), false);
  const auto quotient = Decimal::divide(a, b);
  if (!quotient) return true;
  const Decimal whole = quotient->rounded(0, Decimal::Rounding::truncate);
  if (op == Operator::div) return give_number(o, whole, true);
  const auto product = Decimal::multiply(whole, b);
  return give_number(o, product ? Decimal::add(a, product->negated()) : std::nullopt, integer);
}

bool numbers(const Operands& o, Operator op, bool integer) {
  const auto a = number(o.a), b = number(o.b);
  if (!a || !b) return true;
  switch (op) {
    case Operator::plus: return give_number(o, Decimal::add(*a, *b), integer);
    case Operator::minus: return give_number(o, Decimal::add(*a, b->negated()), integer);
    case Operator::times: return give_number(o, Decimal::multiply(*a, *b), integer);
    default: return divide_numbers(o, op, *a, *b, integer);
  }
}

bool scale_quantities(const Operands& o, Operator op, const Quantity& a, const Quantity& b) {
  const bool divides = op == Operator::divide;
  const auto value = divides ? Decimal::divide(a.value, b.value) : Decimal::multiply(a.value, b.value);
  if (!value) return true;
  if (b.unit == "1" || (a.unit == "1" && !divides)) {
    const Quantity& measured = b.unit == "1" ? a : b;
    o.out.push_back(quantity_item(o.call.arena(), {*value, measured.unit, measured.calendar}));
    return true;
  }
  // "cm" and "m" are both lengths, so `b` is converted to the unit of `a` first.
  const auto same = comparable(a, b) ? converted(b, a.unit, a.calendar) : std::nullopt;
  const auto scaled = !same     ? value
                      : divides ? Decimal::divide(a.value, *same)
                                : Decimal::multiply(a.value, *same);
  if (!scaled) return true;
  o.out.push_back(
      quantity_item(o.call.arena(), {*scaled, product_code(a.unit, same ? a.unit : b.unit, divides), false}));
  return true;
}

// The result has the finer unit of the two.
bool add_quantities(const Operands& o, Operator op, const Quantity& a, const Quantity& b) {
  if (!comparable(a, b)) return true;
  const Quantity& unit = is_finer(b, a) ? b : a;
  const auto x = converted(a, unit.unit, unit.calendar), y = converted(b, unit.unit, unit.calendar);
  const auto sum = x && y ? Decimal::add(*x, op == Operator::minus ? y->negated() : *y) : std::nullopt;
  if (sum) o.out.push_back(quantity_item(o.call.arena(), {*sum, unit.unit, unit.calendar}));
  return true;
}

bool quantities(const Operands& o, Operator op) {
  const auto a = quantity(o.a), b = quantity(o.b);
  if (!a || !b) return true;
  if (op == Operator::times || op == Operator::divide) return scale_quantities(o, op, *a, *b);
  if (op == Operator::plus || op == Operator::minus) return add_quantities(o, op, *a, *b);
  return o.call.fail("div and mod take numbers");
}

// A date can move by UCUM's definite durations, but not by "a" and "mo". Empty if the unit is no definite
// duration and no calendar unit.
std::string_view duration_of(const Quantity& q) {
  static constexpr std::pair<std::string_view, std::string_view> rows[] = {
      {"wk", "week"}, {"d", "day"}, {"h", "hour"}, {"min", "minute"}, {"s", "second"}, {"ms", "millisecond"}};
  for (const auto& [code, unit] : rows)
    if (q.unit == code) return unit;
  return calendar_unit(q.unit);
}

bool move_date(const Operands& o, Operator op) {
  const auto date = temporal(o.a);
  const auto by = quantity(o.b);
  if (!date || !by) return true;
  if (op != Operator::plus && op != Operator::minus)
    return o.call.fail("a date can only be moved by + and -");
  const std::string_view unit = duration_of(*by);
  if (unit.empty()) return o.call.fail(fmt::format("a date cannot be moved by '{}'", by->unit));
  const auto moved = date->plus(op == Operator::minus ? by->value.negated() : by->value, unit);
  if (moved) o.out.push_back(temporal_item(o.call.arena(), *moved));
  return true;
}

bool calculate(const Operands& o, Operator op) {
  const SystemType x = kind_of(o.a), y = kind_of(o.b);
  if (is_numeric(x) && is_numeric(y))
    return numbers(o, op, x == SystemType::integer && y == SystemType::integer);
  if (is_temporal(x) && y == SystemType::quantity) return move_date(o, op);
  const auto measurable = [](SystemType kind) { return kind == SystemType::quantity || is_numeric(kind); };
  if (measurable(x) && measurable(y)) return quantities(o, op);
  const auto a = characters(o.a), b = characters(o.b);
  if (op != Operator::plus || !a || !b || is_temporal(x) || is_temporal(y))
    return o.call.fail("the operator does not take these types");
  if (!o.call.spend_text(a->size() + b->size())) return false;
  o.out.push_back(text_item(o.call.arena(), std::string(*a).append(*b)));
  return true;
}

bool concatenate(const Call& call, const Collection& a, const Collection& b, Collection& out) {
  std::string text;
  for (const Collection* part : {&a, &b}) {
    if (part->empty()) continue;
    const auto found = characters((*part)[0]);
    if (!found && kind_of((*part)[0]) != SystemType::none) return call.fail("& takes strings");
    if (found) text += *found;
  }
  if (!call.spend_text(text.size())) return false;
  out.push_back(text_item(call.arena(), text));
  return true;
}

}  // namespace

bool run_arithmetic(const Call& call) {
  Scratch left(call.state), right(call.state), result(call.state);
  if (!call.argument(0, *left)) return false;
  for (std::size_t i = 0; i < call.step.operators.size(); ++i) {
    right->clear();
    result->clear();
    if (!call.argument(i + 1, *right)) return false;
    if (left->size() > 1 || right->size() > 1) return call.fail("arithmetic takes single items");
    const Operator op = call.step.operators[i];
    if (op == Operator::concatenate) {
      if (!concatenate(call, *left, *right, *result)) return false;
    } else if (!left->empty() && !right->empty()) {
      if (!calculate({call, (*left)[0], (*right)[0], *result}, op)) return false;
    }
    std::swap(*left, *result);
  }
  call.out.insert(call.out.end(), left->begin(), left->end());
  return true;
}

bool run_sign(const Call& call) {
  Scratch operand(call.state);
  if (!call.argument(0, *operand)) return false;
  if (operand->empty()) return true;
  if (operand->size() > 1) return call.fail("a sign takes one number");
  const Item& item = (*operand)[0];
  const SystemType kind = kind_of(item);
  if (!is_numeric(kind) && kind != SystemType::quantity) return call.fail("a sign takes a number");
  if (call.step.name == "+") return call.give(item);
  if (kind == SystemType::quantity) {
    const auto value = quantity(item);
    if (value) call.give(quantity_item(call.arena(), {value->value.negated(), value->unit, value->calendar}));
    return true;
  }
  if (const auto value = number(item)) {
    Item negated = decimal_item(call.arena(), value->negated());
    negated.system = kind;
    call.give(negated);
  }
  return true;
}

}  // namespace handoff::fhirpath
