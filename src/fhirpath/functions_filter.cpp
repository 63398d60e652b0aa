// Filtering, projection, conditions and aggregates: functions whose arguments are expressions over each item
// (FHIRPath 2.0 sections 5.2, 5.5.1, 7).
#include <algorithm>

#include "fhirpath/comparison.h"
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

bool where(const Call& call) {
  Scratch item(call.state), result(call.state);
  for (std::size_t i = 0; i < call.input.size(); ++i) {
    item->assign(1, call.input[i]);
    result->clear();
    std::optional<bool> truth;
    if (!call.run(call.step.children[0], {&*item, call.scope.total, std::int64_t(i)}, *result)) return false;
    if (!to_truth(call, *result, truth)) return false;
    if (truth.value_or(false)) call.out.push_back(call.input[i]);
  }
  return true;
}

bool select(const Call& call) {
  Scratch item(call.state);
  for (std::size_t i = 0; i < call.input.size(); ++i) {
    item->assign(1, call.input[i]);
    if (!call.run(call.step.children[0], {&*item, call.scope.total, std::int64_t(i)}, call.out)) return false;
  }
  return true;
}

// Breadth first. An item that equals a found one is not walked again.
bool repeat(const Call& call) {
  Scratch pending(call.state), item(call.state), found(call.state);
  *pending = call.input;
  const std::size_t first = call.out.size();
  for (std::size_t at = 0; at < pending->size(); ++at) {
    item->assign(1, (*pending)[at]);
    found->clear();
    if (!call.run(call.step.children[0], {&*item, call.scope.total, std::int64_t(at)}, *found)) return false;
    for (const Item& next : *found) {
      if (!call.spend(call.out.size() - first + 1)) return false;
      const auto known = [&](const Item& other) { return equal(other, next) == true; };
      if (std::any_of(call.out.begin() + std::ptrdiff_t(first), call.out.end(), known)) continue;
      call.out.push_back(next);
      pending->push_back(next);
    }
  }
  return true;
}

// Like repeat(), but does not look for equal items. Only the step budget ends a walk in circles.
bool repeat_all(const Call& call) {
  Scratch pending(call.state), item(call.state);
  *pending = call.input;
  for (std::size_t at = 0; at < pending->size(); ++at) {
    item->assign(1, (*pending)[at]);
    const std::size_t before = call.out.size();
    if (!call.run(call.step.children[0], {&*item, call.scope.total, std::int64_t(at)}, call.out))
      return false;
    pending->insert(pending->end(), call.out.begin() + std::ptrdiff_t(before), call.out.end());
  }
  return true;
}

// The first argument that gives anything.
bool coalesce(const Call& call) {
  for (const Step& argument : call.step.children) {
    const std::size_t before = call.out.size();
    if (!call.run(argument, call.scope, call.out)) return false;
    if (call.out.size() > before) return true;
  }
  return true;
}

bool of_type(const Call& call) {
  for (const Item& item : call.input)
    if (is_of(item, call.step.type_test, true)) call.out.push_back(item);
  return true;
}

bool is_type(const Call& call) {
  if (call.input.size() > 1) return call.fail("is() takes one item");
  return call.input.empty() || call.give(is_of(call.input[0], call.step.type_test, false));
}

bool as_type(const Call& call) {
  if (call.input.size() > 1 && !call.step.lenient) return call.fail("as() takes one item");
  return of_type(call);
}

bool iif(const Call& call) {
  if (call.input.size() > 1) return call.fail("iif() takes one item");
  const Scope scope{&call.input, call.scope.total, call.scope.index};
  Scratch result(call.state);
  std::optional<bool> truth;
  if (!call.run(call.step.children[0], scope, *result) || !to_truth(call, *result, truth)) return false;
  if (truth.value_or(false)) return call.run(call.step.children[1], scope, call.out);
  return call.step.children.size() < 3 || call.run(call.step.children[2], scope, call.out);
}

bool aggregate(const Call& call) {
  Scratch total(call.state), item(call.state), next(call.state);
  if (call.step.children.size() > 1 && !call.argument(1, *total)) return false;
  for (std::size_t i = 0; i < call.input.size(); ++i) {
    item->assign(1, call.input[i]);
    next->clear();
    if (!call.run(call.step.children[0], {&*item, &*total, std::int64_t(i)}, *next)) return false;
    std::swap(*total, *next);
  }
  call.out.insert(call.out.end(), total->begin(), total->end());
  return true;
}

struct SortRow {
  Item item;
  std::vector<Collection> keys;
};

// A key "-x" is x, descending. Empty keys come first in both directions.
bool comes_before(const Call& call, const SortRow& a, const SortRow& b) {
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    const bool descending = !call.step.children.empty() && call.step.children[i].function == run_sign;
    const Collection &x = descending ? b.keys[i] : a.keys[i], &y = descending ? a.keys[i] : b.keys[i];
    if (a.keys[i].empty() != b.keys[i].empty()) return a.keys[i].empty();
    if (x.empty()) continue;
    const Order found = order(x[0], y[0]);
    if (found == Order::less || found == Order::greater) return found == Order::less;
  }
  return false;
}

bool sort_keys(const Call& call, SortRow& row, std::int64_t index) {
  const Collection focus{row.item};
  if (call.step.children.empty()) row.keys.push_back(focus);
  for (const Step& key : call.step.children) {
    const Step& value = key.function == run_sign ? key.children[0] : key;
    if (!call.run(value, {&focus, call.scope.total, index}, row.keys.emplace_back())) return false;
    if (row.keys.back().size() > 1) return call.fail("a sort key must be one item");
  }
  return true;
}

bool sort(const Call& call) {
  std::vector<SortRow> rows;
  for (const Item& item : call.input) {
    rows.push_back({item, {}});
    if (!sort_keys(call, rows.back(), std::int64_t(rows.size()) - 1)) return false;
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return comes_before(call, a, b); });
  for (const SortRow& row : rows) call.out.push_back(row.item);
  return call.spend(rows.size());
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"where", 1, 1, 1, any, Gives::input, where},
    {"select", 1, 1, 1, any, Gives::first_argument, select},
    {"repeat", 1, 1, 1, any, Gives::first_argument, repeat},
    {"repeatAll", 1, 1, 1, any, Gives::first_argument, repeat_all},
    {"coalesce", 1, 16, 0, any, Gives::unknown, coalesce},
    {"ofType", 1, 1, 0, any, Gives::type_argument, of_type},
    {"is", 1, 1, 0, any, Gives::boolean, is_type},
    {"as", 1, 1, 0, any, Gives::type_argument, as_type},
    {"iif", 2, 3, 7, any, Gives::later_arguments, iif},
    {"aggregate", 1, 2, 1, any, Gives::unknown, aggregate},
    {"sort", 0, 8, 0xFF, any, Gives::input, sort},
};

}  // namespace

std::span<const Builtin> filter_functions() { return table; }

}  // namespace handoff::fhirpath
