#include "fhirpath/state.h"

#include <fmt/format.h>

#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// The one item of the collection. Sets an error if there are several.
const Item* single(const Call& call, const Collection& collection, std::string_view what) {
  if (collection.size() == 1) return &collection[0];
  if (!collection.empty()) call.fail(fmt::format("{} must be one item, not {}", what, collection.size()));
  return nullptr;
}

}  // namespace

bool Call::fail(std::string message) const {
  if (state.error) return false;
  state.error =
      problem(Kind::unprocessable, fmt::format("{}, at position {}", message, step.position), step.name);
  state.failure = {"execution", std::move(message), step.position};
  return false;
}

bool Call::spend(std::size_t steps) const {
  if (steps > state.steps_left) {
    state.steps_left = 0;
    return fail(fmt::format("more than {} steps", state.steps_max));
  }
  state.steps_left -= steps;
  return true;
}

bool Call::spend_text(std::size_t bytes) const {
  if (bytes > limits::fhirpath_text_bytes_max)
    return fail(fmt::format("a text of more than {} bytes", limits::fhirpath_text_bytes_max));
  return spend(bytes / 16);
}

bool Call::run(const Step& child, const Scope& in, Collection& result) const {
  const std::size_t outer = state.defined.size(), before = result.size();
  const bool done = spend(1) && child.function({state, child, *in.focus, in, result});
  if (state.defined.size() > outer) state.defined.resize(outer);
  return done && spend(result.size() - before);
}

bool Call::give(bool truth) const { return give(boolean_item(truth)); }
bool Call::give(std::string_view text) const {
  return spend_text(text.size()) && give(text_item(state.arena, text));
}
bool Call::give(std::int64_t value) const { return give(integer_item(state.arena, value)); }

bool to_truth(const Call& call, const Collection& collection, std::optional<bool>& truth) {
  truth.reset();
  if (collection.empty()) return true;
  if (collection.size() > 1) return call.fail("several items where one boolean is needed");
  const json::Value value = collection[0].value;
  truth = !value.is_boolean() || value.truth();
  return true;
}

bool input_text(const Call& call, std::string_view& text) {
  const Item* item = single(call, call.input, "the input of " + call.step.name + "()");
  if (!item || item->value.type() <= json::Type::null) return false;
  const auto found = characters(*item);
  if (!found) return call.fail(fmt::format("{}() needs a string", call.step.name));
  text = *found;
  return true;
}

bool input_number(const Call& call, Decimal& value) {
  const Item* item = single(call, call.input, "the input of " + call.step.name + "()");
  if (!item || item->value.type() <= json::Type::null) return false;
  const auto found = number(*item);
  if (!found) return call.fail(fmt::format("{}() needs a number", call.step.name));
  value = *found;
  return true;
}

bool argument_text(const Call& call, std::size_t index, std::string_view& text) {
  Scratch result(call.state);
  if (!call.argument(index, *result)) return false;
  const Item* item = single(call, *result, "an argument of " + call.step.name + "()");
  if (!item) return false;
  const auto found = characters(*item);
  if (!found) return call.fail(fmt::format("{}() needs a string as argument", call.step.name));
  text = *found;
  return true;
}

bool argument_integer(const Call& call, std::size_t index, std::int64_t& value) {
  Scratch result(call.state);
  if (!call.argument(index, *result)) return false;
  const Item* item = single(call, *result, "an argument of " + call.step.name + "()");
  if (!item) return false;
  const auto decimal = number(*item);
  const auto found = decimal ? decimal->to_integer() : std::nullopt;
  if (!found) return call.fail(fmt::format("{}() needs an integer as argument", call.step.name));
  value = *found;
  return true;
}

}  // namespace handoff::fhirpath
