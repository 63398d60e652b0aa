#include "tools/fhirpath_command.h"

#include "fhirpath/expression.h"
#include "serve/knowledge.h"
#include "tools/batch.h"

namespace handoff::gateway {
namespace {

using fhirpath::Collection;
using fhirpath::Item;

json::Member failed(json::Arena& arena, const fhirpath::Failure& failure) {
  return batch_error(arena, {failure.kind, failure.message, failure.position});
}

// The items of a variable: a scalar is a System value, an object's members tell its type, and a list is
// several items.
Item variable_item(json::Value value) {
  if (!value.is_object() || value["resourceType"]) return fhirpath::resource_item(value);
  const bool measured = value["value"].is_number() && (value["unit"] || value["code"]);
  return fhirpath::typed_item(value, measured ? fhir::Definitions::r4().find_type("Quantity") : nullptr);
}

Collection variable_items(json::Value value) {
  Collection items;
  if (value.is_array()) {
    for (const json::Value each : value.items())
      if (each.type() > json::Type::null) items.push_back(variable_item(each));
  } else if (value.type() > json::Type::null) {
    items.push_back(variable_item(value));
  }
  return items;
}

// Resolves a reference within the Bundle under evaluation, by an entry's fullUrl or by its type and id.
json::Value find_in_bundle(json::Value bundle, std::string_view reference) {
  for (const json::Value entry : bundle["entry"].items()) {
    const json::Value resource = entry["resource"];
    if (entry["fullUrl"].text() == reference) return resource;
    const std::string_view type = resource["resourceType"].text(), id = resource["id"].text();
    if (!id.empty() && reference.size() == type.size() + 1 + id.size() && reference.starts_with(type) &&
        reference.ends_with(id))
      return resource;
  }
  return {};
}

json::Value result_of(json::Arena& arena, const Collection& items) {
  std::vector<json::Value> results;
  for (const Item& item : items) {
    const json::Value value = item.value ? item.value : json::Arena::null();
    const json::Member members[] = {{"type", json::Arena::borrow(fhirpath::type_name(item))},
                                    {"value", json::copy(arena, value)}};
    results.push_back(arena.object_of(members));
  }
  return arena.array(results);
}

// Connects what the engine asks others: codes and profiles.
void ask(const Knowledge& r4, fhirpath::Evaluation& evaluation) {
  evaluation.value_sets = &r4.terminology();
  evaluation.conforms_to = [&r4](const Item& item, std::string_view canonical) {
    return r4.validator().conforms(item, canonical);
  };
}

json::Member evaluate(const Knowledge& r4, json::Arena& arena, json::Value request, const Item* resource,
                      Instant now) {
  fhirpath::CompileOptions options;
  if (resource) options.focus = resource->type;
  std::vector<std::string> names;
  for (const json::Member& variable : request["variables"].members()) names.emplace_back(variable.key);
  options.variables = names;
  fhirpath::Failure failure;
  const auto expression = fhirpath::Expression::compile(request["expression"].text(), options, &failure);
  if (!expression) return failed(arena, failure);
  fhirpath::Evaluation evaluation;
  evaluation.set_now(now);
  ask(r4, evaluation);
  for (const json::Member& variable : request["variables"].members())
    evaluation.set_variable(variable.key, variable_items(variable.value));
  if (resource)
    evaluation.resolver = [&](std::string_view reference) {
      return find_in_bundle(resource->value, reference);
    };
  const auto result =
      expression->evaluate(evaluation, resource ? Collection{*resource} : Collection{}, &failure);
  if (!result) return failed(arena, failure);
  return {"result", result_of(arena, *result)};
}

json::Member answer(const Knowledge& r4, json::Arena& arena, json::Value request, Instant now) {
  if (!request["expression"].is_string())
    return batch_error(arena, {.message = "a request needs \"expression\", a string"});
  const json::Value variables = request["variables"], resource = request["resource"];
  if (variables.type() > json::Type::null && !variables.is_object())
    return batch_error(arena, {.message = "\"variables\" must be an object"});
  if (resource.type() <= json::Type::null) return evaluate(r4, arena, request, nullptr, now);
  const Item item = fhirpath::resource_item(resource);
  if (!item.type) return batch_error(arena, {.message = "\"resource\" must be an R4 resource or null"});
  return evaluate(r4, arena, request, &item, now);
}

}  // namespace

int run_fhirpath_batch(std::istream& in, std::ostream& out, const Clock& clock) {
  const auto r4 = Knowledge::load({});
  if (!r4) return 2;
  return run_batch(in, out, [&](json::Arena& arena, json::Value request) {
    return answer(**r4, arena, request, clock.now());
  });
}

}  // namespace handoff::gateway
