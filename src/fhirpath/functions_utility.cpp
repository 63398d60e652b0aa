// Utility functions and reflection (FHIRPath 2.0 sections 5.9, 10.1). trace() shows its input only to a sink
// that the evaluation was given, because the input is personal data.
#include "core/civil.h"
#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

bool each_item(const Call& call, const Step& projection, Collection& out) {
  Scratch item(call.state);
  for (std::size_t i = 0; i < call.input.size(); ++i) {
    item->assign(1, call.input[i]);
    if (!call.run(projection, {&*item, call.scope.total, std::int64_t(i)}, out)) return false;
  }
  return true;
}

bool trace(const Call& call) {
  if (const auto& sink = call.state.evaluation.trace) {
    std::string_view name;
    Scratch shown(call.state);
    if (!argument_text(call, 0, name) && !nothing(call)) return false;
    if (call.step.children.size() < 2) {
      *shown = call.input;
    } else if (!each_item(call, call.step.children[1], *shown)) {
      return false;
    }
    sink(name, *shown);
  }
  call.out.insert(call.out.end(), call.input.begin(), call.input.end());
  return true;
}

// Part of the current local time: "2024-06-30T12:00:00.000-04:00".
bool give_now(const Call& call, std::size_t from, std::size_t count, SystemType kind) {
  if (!call.state.now) return call.fail(call.step.name + "(): the time is not set");
  Item item = text_item(call.arena(), std::string_view(format_local(*call.state.now)).substr(from, count));
  item.system = kind;
  return call.give(item);
}

bool now(const Call& call) { return give_now(call, 0, std::string_view::npos, SystemType::date_time); }
bool today(const Call& call) { return give_now(call, 0, 10, SystemType::date); }
bool time_of_day(const Call& call) { return give_now(call, 11, 12, SystemType::time); }

bool type(const Call& call) {
  for (const Item& item : call.input) {
    const bool fhir = item.type != nullptr;
    const json::Member members[] = {
        {"namespace", json::Arena::borrow(fhir ? "FHIR" : "System")},
        {"name", json::Arena::borrow(type_name(item))},
    };
    call.give({.value = call.arena().object_of(members)});
  }
  return call.spend(call.input.size());
}

bool define_variable(const Call& call) {
  std::string_view name;
  if (!argument_text(call, 0, name)) return !call.state.error && call.fail("defineVariable() needs a name");
  for (const auto& [known, value] : call.state.defined)
    if (known == name) return call.fail("the variable %" + known + " is already defined");
  Collection value;
  if (call.step.children.size() < 2) {
    value = call.input;
  } else if (!call.run(call.step.children[1], {&call.input, call.scope.total, call.scope.index}, value)) {
    return false;
  }
  if (!call.spend(4 * value.size())) return false;  // the items are kept, so they cost more
  call.state.defined.emplace_back(name, std::move(value));
  call.out.insert(call.out.end(), call.input.begin(), call.input.end());
  return true;
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"trace", 1, 2, 2, any, Gives::input, trace},
    {"now", 0, 0, 0, any, Gives::date_time, now},
    {"today", 0, 0, 0, any, Gives::date, today},
    {"timeOfDay", 0, 0, 0, any, Gives::time, time_of_day},
    {"defineVariable", 1, 2, 2, any, Gives::input, define_variable},
    {"type", 0, 0, 0, any, Gives::unknown, type},
};

}  // namespace

std::span<const Builtin> utility_functions() { return table; }

}  // namespace handoff::fhirpath
