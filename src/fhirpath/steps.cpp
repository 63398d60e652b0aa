// Terms and links of an expression: literals, variables, members, indexers, chains.
#include <fmt/format.h>

#include "fhirpath/functions.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

void append_value(Collection& out, json::Value value, json::Value holder, const fhir::Type* type,
                  SystemType system) {
  if (value.type() <= json::Type::null && !holder.is_object()) return;
  out.push_back({value, type, system, holder});
}

// The JSON of one element, single or a list, with its "_name" sibling.
void append_element(const Call& call, json::Value value, json::Value holder, const fhir::Type* type,
                    SystemType system) {
  Collection& out = call.out;
  const std::size_t first = out.size();
  if (!value.is_array() && !holder.is_array()) {
    append_value(out, value, holder, type, system);
  } else {
    const std::size_t count =
        value.size() > holder.size() || !holder.is_array() ? value.size() : holder.size();
    for (std::size_t i = 0; i < count; ++i) append_value(out, value.at(i), holder.at(i), type, system);
  }
  if (!type || !type->is_abstract) return;  // "resource", "contained": the resource itself names its type
  for (std::size_t i = first; i < out.size(); ++i)
    if (const fhir::Type* actual = call.state.definitions.find_resource(out[i].value["resourceType"].text()))
      out[i].type = actual;
}

void append_single(const Call& call, json::Value object, const JsonName& name) {
  json::Value value, holder;
  for (const json::Member& member : object.members()) {
    if (member.key == name.member) {
      value = member.value;
    } else if (!name.underscore.empty() && member.key == name.underscore) {
      holder = member.value;
    } else {
      continue;
    }
    if (name.underscore.empty()) break;
  }
  if (value || holder) append_element(call, value, holder, name.type, SystemType::none);
}

void append_choice(const Call& call, json::Value object, const Access& access, std::string_view prefix) {
  for (const json::Member& member : object.members()) {
    std::string_view key = member.key;
    const bool underscore = key.starts_with('_');
    if (underscore) key.remove_prefix(1);
    if (!key.starts_with(prefix)) continue;
    for (const JsonName& name : access.names) {
      if (key != name.member) continue;
      if (underscore && object[key]) break;  // taken together with the value
      append_single(call, object, name);
      break;
    }
  }
}

// For a type that was not known when the expression was compiled.
void append_by_definition(const Call& call, const Item& item) {
  const fhir::Element* element = item.type->find(call.step.name);
  if (!element) return;
  Access access{.owner = item.type, .is_choice = element->is_choice};
  for (const fhir::TypeChoice& choice : element->types)
    access.names.push_back(json_name(*element, *choice.type));
  if (access.is_choice) {
    append_choice(call, item.value, access, element->name);
  } else if (!access.names.empty()) {
    append_single(call, item.value, access.names.front());
  }
}

// A primitive's own members: its extensions and id, which are beside it, and its value as a System value.
void append_of_primitive(const Call& call, const Item& item) {
  if (call.step.name == "value") {
    if (item.value.type() > json::Type::null)
      call.out.push_back({.value = item.value, .system = kind_of(item)});
    return;
  }
  const fhir::Element* element = item.type->find(call.step.name);
  if (element && !element->types.empty())
    append_single(call, item.extension_holder, json_name(*element, *element->types.front().type));
}

void append_member(const Call& call, const Item& item) {
  if (!item.type) {
    append_element(call, item.value[call.step.name], {}, nullptr, call.step.member_system);
    return;
  }
  if (item.type->kind == fhir::TypeKind::primitive) return append_of_primitive(call, item);
  for (const Access& access : call.step.accesses) {
    if (access.owner != item.type) continue;
    if (access.is_choice) return append_choice(call, item.value, access, call.step.name);
    if (!access.names.empty()) append_single(call, item.value, access.names.front());
    return;
  }
  append_by_definition(call, item);
}

}  // namespace

JsonName json_name(const fhir::Element& element, const fhir::Type& type) {
  JsonName name{.member = std::string(element.name), .underscore = {}, .type = &type};
  if (element.is_choice) {
    name.member += type.name;
    char& initial = name.member[element.name.size()];
    if (initial >= 'a' && initial <= 'z') initial = char(initial - 'a' + 'A');
  }
  if (type.kind == fhir::TypeKind::primitive) name.underscore = "_" + name.member;
  return name;
}

bool run_literal(const Call& call) {
  call.out.insert(call.out.end(), call.step.literal.begin(), call.step.literal.end());
  return true;
}

bool run_variable(const Call& call) {
  for (const auto& [name, defined] : call.state.defined) {
    if (name != call.step.name) continue;
    call.out.insert(call.out.end(), defined.begin(), defined.end());
    return true;
  }
  const Collection* value = call.state.evaluation.find_variable(call.step.name);
  if (!value &&
      (call.step.name == "context" || call.step.name == "resource" || call.step.name == "rootResource"))
    value = call.state.root;
  if (!value) return call.fail(fmt::format("variable %{} has no value", call.step.name));
  call.out.insert(call.out.end(), value->begin(), value->end());
  return true;
}

bool run_self(const Call& call) {
  call.out.insert(call.out.end(), call.input.begin(), call.input.end());
  return true;
}

bool run_index(const Call& call) {
  if (call.scope.index >= 0) return call.give(call.scope.index);
  return true;
}

bool run_total(const Call& call) {
  if (call.scope.total) call.out.insert(call.out.end(), call.scope.total->begin(), call.scope.total->end());
  return true;
}

bool run_member(const Call& call) {
  if (!call.spend(call.input.size())) return false;
  for (const Item& item : call.input) append_member(call, item);
  return true;
}

// "Patient.name" with an unknown focus: an item of that type stays; another item may have a member of that
// name.
bool run_type_root(const Call& call) {
  for (const Item& item : call.input) {
    if (item.type && item.type->is_a(*call.step.type_test.type)) {
      call.out.push_back(item);
    } else {
      append_member(call, item);
    }
  }
  return true;
}

bool run_subscript(const Call& call) {
  Scratch at(call.state);
  if (!call.argument(0, *at)) return false;
  if (at->empty()) return true;
  const auto index = at->size() == 1 ? number((*at)[0]) : std::nullopt;
  const auto place = index ? index->to_integer() : std::nullopt;
  if (!place) return call.fail("an index must be one integer");
  if (*place >= 0 && std::size_t(*place) < call.input.size()) call.give(call.input[std::size_t(*place)]);
  return true;
}

bool run_chain(const Call& call) {
  Scratch first(call.state), second(call.state);
  Collection *from = &*first, *to = &*second;
  const std::vector<Step>& links = call.step.children;
  const Collection* input = &call.input;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const bool last = i + 1 == links.size();
    Collection& result = last ? call.out : *to;
    if (!last) result.clear();
    const std::size_t before = result.size();
    if (!links[i].function({call.state, links[i], *input, call.scope, result}) ||
        !call.spend(result.size() - before))
      return false;
    input = &result;
    std::swap(from, to);
  }
  return call.spend(links.size());
}

bool run_custom(const Call& call) {
  std::vector<Collection> arguments(call.step.children.size());
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (!call.argument(i, arguments[i])) return false;
  auto result = call.step.custom->call(call.state.evaluation, call.input, arguments);
  if (!result) {
    call.state.error = result.error();
    call.state.failure = {"execution", result.error().summary(), call.step.position};
    return false;
  }
  call.out.insert(call.out.end(), result->begin(), result->end());
  return call.spend(1);
}

void append_children(const Call& call, const Item& item) {
  const bool primitive = item.type && item.type->kind == fhir::TypeKind::primitive;
  const json::Value object = primitive ? item.extension_holder : item.value;
  const auto has_underscore = [](const json::Member& member) { return member.key.starts_with('_'); };
  const bool has_holders =
      item.type && std::any_of(object.members().begin(), object.members().end(), has_underscore);
  for (const json::Member& member : object.members()) {
    std::string_view key = member.key;
    if (item.type && key == "resourceType") continue;
    json::Value value = member.value, holder;
    if (item.type && key.starts_with('_')) {
      key.remove_prefix(1);
      if (object[key]) continue;
      holder = value;
      value = {};
    } else if (has_holders) {
      holder = object[std::string("_").append(key)];
    }
    const fhir::Type* type = item.type ? item.type->find_json(key).type : nullptr;
    append_element(call, value, holder, type, SystemType::none);
  }
}

}  // namespace handoff::fhirpath
