// Operators: comparison, three-valued logic, union, membership, types, signs (FHIRPath 2.0 section 6).
#include <fmt/format.h>

#include "fhirpath/comparison.h"
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// A step's result, without a copy if it already exists somewhere.
const Collection* view(const Call& call, const Step& child, Collection& room) {
  if (child.function == run_literal) return &child.literal;
  if (child.function == run_self) return call.scope.focus;
  return call.run(child, call.scope, room) ? &room : nullptr;
}

void give(Collection& out, std::optional<bool> truth) {
  out.clear();
  if (truth) out.push_back(boolean_item(*truth));
}

bool compare_order(const Call& call, Operator op, const Collection& a, const Collection& b, Collection& out) {
  if (a.empty() || b.empty()) return true;
  if (a.size() > 1 || b.size() > 1) return call.fail("only single items can be put in order");
  switch (order(a[0], b[0])) {
    case Order::incomparable: return call.fail("items of these types cannot be put in order");
    case Order::unknown: return true;
    case Order::less: give(out, op == Operator::less || op == Operator::less_or_equal); return true;
    case Order::greater: give(out, op == Operator::greater || op == Operator::greater_or_equal); return true;
    case Order::same:
      give(out, op == Operator::less_or_equal || op == Operator::greater_or_equal);
      return true;
  }
  return true;
}

bool membership(const Call& call, const Collection& item, const Collection& collection, Collection& out) {
  if (item.size() > 1) return call.fail("in and contains take one item to look for");
  if (!item.empty()) give(out, holds(collection, item[0]));
  return true;
}

bool compare(const Call& call, Operator op, const Collection& a, const Collection& b, Collection& out) {
  switch (op) {
    case Operator::equal: give(out, equal(a, b)); return true;
    case Operator::not_equal: {
      const auto same = equal(a, b);
      give(out, same ? std::optional(!*same) : std::nullopt);
      return true;
    }
    case Operator::equivalent: give(out, equivalent(a, b)); return true;
    case Operator::not_equivalent: give(out, !equivalent(a, b)); return true;
    case Operator::in: return membership(call, a, b, out);
    case Operator::contains: return membership(call, b, a, out);
    default: return compare_order(call, op, a, b, out);
  }
}

std::optional<bool> combine(Operator op, std::optional<bool> a, std::optional<bool> b) {
  switch (op) {
    case Operator::logical_and:
      if (a == false || b == false) return false;
      return a && b ? std::optional(true) : std::nullopt;
    case Operator::logical_or:
      if (a == true || b == true) return true;
      return a && b ? std::optional(false) : std::nullopt;
    case Operator::logical_xor: return a && b ? std::optional(*a != *b) : std::nullopt;
    default:  // implies
      if (a == false || b == true) return true;
      return a == true && b ? b : std::nullopt;
  }
}

// Is the result fixed already, so that the right operand cannot change it?
bool is_decided(Operator op, std::optional<bool> a) {
  return (op == Operator::logical_and && a == false) || (op == Operator::logical_or && a == true) ||
         (op == Operator::implies && a == false);
}

}  // namespace

bool run_comparison(const Call& call) {
  Scratch left_room(call.state), right_room(call.state), result(call.state);
  const Collection* left = view(call, call.step.children[0], *left_room);
  if (!left) return false;
  for (std::size_t i = 0; i < call.step.operators.size(); ++i) {
    right_room->clear();
    const Collection* right = view(call, call.step.children[i + 1], *right_room);
    if (!right) return false;
    result->clear();
    if (!compare(call, call.step.operators[i], *left, *right, *result)) return false;
    std::swap(*left_room, *result);
    left = &*left_room;
  }
  call.out.insert(call.out.end(), left->begin(), left->end());
  return true;
}

bool run_logic(const Call& call) {
  std::optional<bool> truth;
  for (std::size_t i = 0; i < call.step.children.size(); ++i) {
    if (i > 0 && is_decided(call.step.operators[i - 1], truth)) {
      if (call.step.operators[i - 1] == Operator::implies) truth = true;
      continue;
    }
    Scratch result(call.state);
    std::optional<bool> operand;
    if (!call.argument(i, *result) || !to_truth(call, *result, operand)) return false;
    truth = i == 0 ? operand : combine(call.step.operators[i - 1], truth, operand);
  }
  if (truth) call.give(*truth);
  return true;
}

bool run_union(const Call& call) {
  Scratch all(call.state);
  for (std::size_t i = 0; i < call.step.children.size(); ++i)
    if (!call.argument(i, *all)) return false;
  const std::size_t first = call.out.size();
  for (const Item& item : *all) {
    if (!call.spend(call.out.size() - first + 1)) return false;
    bool known = false;
    for (std::size_t i = first; i < call.out.size() && !known; ++i) known = equal(call.out[i], item) == true;
    if (!known) call.out.push_back(item);
  }
  return true;
}

bool is_of(const Item& item, const TypeTest& test, bool exactly) {
  if (test.type && item.type) {
    if (exactly && test.type->kind == fhir::TypeKind::primitive) return item.type == test.type;
    return item.type->is_a(*test.type);
  }
  return !item.type && test.system != SystemType::none && kind_of(item) == test.system;
}

bool run_type_test(const Call& call) {
  Scratch operand(call.state);
  if (!call.argument(0, *operand)) return false;
  const bool is = call.step.operators[0] == Operator::is;
  if (operand->size() > 1 && (is || !call.step.lenient))
    return call.fail(fmt::format("{} needs one item, not {}", is ? "is" : "as", operand->size()));
  for (const Item& item : *operand) {
    const bool fits = is_of(item, call.step.type_test, !is);
    if (is) call.give(fits);
    else if (fits) call.give(item);
  }
  return true;
}

}  // namespace handoff::fhirpath
