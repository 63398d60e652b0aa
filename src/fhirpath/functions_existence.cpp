// Existence (FHIRPath 2.0 section 5.1).
#include "fhirpath/comparison.h"
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// Runs the criterion over the items until one gives `stop`. False on error.
bool search(const Call& call, bool stop, bool& found) {
  Scratch item(call.state), result(call.state);
  found = false;
  for (std::size_t i = 0; i < call.input.size() && !found; ++i) {
    item->assign(1, call.input[i]);
    result->clear();
    std::optional<bool> truth;
    if (!call.run(call.step.children[0], {&*item, call.scope.total, std::int64_t(i)}, *result)) return false;
    if (!to_truth(call, *result, truth)) return false;
    found = truth.value_or(false) == stop;
  }
  return true;
}

bool empty(const Call& call) { return call.give(call.input.empty()); }

bool exists(const Call& call) {
  if (call.step.children.empty()) return call.give(!call.input.empty());
  bool found = false;
  return search(call, true, found) && call.give(found);
}

bool all(const Call& call) {
  bool found = false;
  return search(call, false, found) && call.give(!found);
}

bool logical_not(const Call& call) {
  std::optional<bool> truth;
  if (!to_truth(call, call.input, truth)) return false;
  return !truth || call.give(!*truth);
}

bool any_is(const Call& call, bool value, bool& found) {
  found = false;
  for (const Item& item : call.input) {
    if (!item.value.is_boolean()) return call.fail(call.step.name + "() takes booleans");
    found = found || item.value.truth() == value;
  }
  return true;
}

template <bool Value, bool Wanted>
bool quantified(const Call& call) {
  bool found = false;
  return any_is(call, Value, found) && call.give(found == Wanted);
}

bool is_within(const Call& call, const Collection& part, const Collection& whole) {
  for (const Item& item : part)
    if (!call.spend(whole.size()) || !holds(whole, item)) return false;
  return true;
}

bool subset_of(const Call& call) {
  Scratch other(call.state);
  if (!call.argument(0, *other)) return false;
  const bool within = is_within(call, call.input, *other);
  return !call.state.error && call.give(within);
}

bool superset_of(const Call& call) {
  Scratch other(call.state);
  if (!call.argument(0, *other)) return false;
  const bool within = is_within(call, *other, call.input);
  return !call.state.error && call.give(within);
}

bool count(const Call& call) { return call.give(std::int64_t(call.input.size())); }

bool append_all_distinct(const Call& call, Collection& out) {
  for (const Item& item : call.input) {
    if (!call.spend(out.size())) return false;
    append_distinct(out, item);
  }
  return true;
}

bool distinct(const Call& call) {
  Scratch result(call.state);
  if (!append_all_distinct(call, *result)) return false;
  call.out.insert(call.out.end(), result->begin(), result->end());
  return true;
}

bool is_distinct(const Call& call) {
  Scratch result(call.state);
  return append_all_distinct(call, *result) && call.give(result->size() == call.input.size());
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"empty", 0, 0, 0, any, Gives::boolean, empty},
    {"exists", 0, 1, 1, any, Gives::boolean, exists},
    {"all", 1, 1, 1, any, Gives::boolean, all},
    {"not", 0, 0, 0, any, Gives::boolean, logical_not},
    {"allTrue", 0, 0, 0, any, Gives::boolean, quantified<false, false>},
    {"anyTrue", 0, 0, 0, any, Gives::boolean, quantified<true, true>},
    {"allFalse", 0, 0, 0, any, Gives::boolean, quantified<true, false>},
    {"anyFalse", 0, 0, 0, any, Gives::boolean, quantified<false, true>},
    {"subsetOf", 1, 1, 0, any, Gives::boolean, subset_of},
    {"supersetOf", 1, 1, 0, any, Gives::boolean, superset_of},
    {"count", 0, 0, 0, any, Gives::integer, count},
    {"distinct", 0, 0, 0, any, Gives::input, distinct},
    {"isDistinct", 0, 0, 0, any, Gives::boolean, is_distinct},
};

}  // namespace

std::span<const Builtin> existence_functions() { return table; }

}  // namespace handoff::fhirpath
