// Compiles members: elements of R4 types, columns of records, and a type name at the beginning of a path.
#include <fmt/format.h>

#include "fhirpath/compiler.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

bool is_type_name(std::string_view name) { return !name.empty() && name[0] >= 'A' && name[0] <= 'Z'; }

std::string describe(const StaticType& type) {
  if (type.record) return "the record";
  return std::string(type.type ? type.type->name : system_name(type.system));
}

}  // namespace

void Compiler::bind_column(const StaticType& type, const Node& node, Step& out, Static& result, bool& found) {
  for (const RecordMember& column : *type.record) {
    if (column.name != node.text) continue;
    found = true;
    out.member_system = column.type;
    const std::string path = type.path + column.name;
    if (std::find(record_members.begin(), record_members.end(), path) == record_members.end())
      record_members.push_back(path);
    if (column.members.empty()) {
      result.add(Static::of(StaticType{.system = column.type}));
    } else {
      result.add(Static::of(StaticType{.record = &column.members, .path = path + "."}));
    }
  }
}

void Compiler::bind_element(const StaticType& type, const Node& node, Step& out, Static& result,
                            bool& found) {
  const bool primitive = type.type->kind == fhir::TypeKind::primitive;
  if (primitive && node.text == "value") {
    found = true;
    result.add(Static::of(kind_of_primitive(type.type->name)));
    return;
  }
  const fhir::Element* element = type.type->find(node.text);
  if (!element && options.search_parameter) {
    // "valueDateTime" is the JSON name. It is no FHIRPath, but published search parameters use it.
    if (const auto chosen = type.type->find_json(node.text); chosen.element) {
      found = true;
      out.accesses.push_back({.owner = type.type, .names = {json_name(*chosen.element, *chosen.type)}});
      result.add(Static::of(StaticType{.type = chosen.type, .element = chosen.element}));
      return;
    }
  }
  if (!element) {
    // If a type is abstract, the actual value may have the member.
    if (type.type->is_abstract) {
      found = true;
      result.add(Static::unknown());
    }
    return;
  }
  found = true;
  Access access{.owner = type.type, .is_choice = element->is_choice};
  for (const fhir::TypeChoice& choice : element->types) {
    access.names.push_back(json_name(*element, *choice.type));
    result.add(Static::of(StaticType{.type = choice.type, .element = element}));
  }
  result.filters = result.filters || element->is_choice;
  out.accesses.push_back(std::move(access));
}

void Compiler::bind(const StaticType& type, const Node& node, Step& out, Static& result, bool& found) {
  if (type.record) return bind_column(type, node, out, result, found);
  if (type.type) return bind_element(type, node, out, result, found);
  // Quantities have members. A plain value of unknown type may have any member.
  if (type.system != SystemType::quantity && type.system != SystemType::none) return;
  found = true;
  result.add(Static::unknown());
}

bool Compiler::member(const Node& node, const Static& input, Step& out, Static& result) {
  out.function = run_member;
  if (!input.known) {
    result = Static::unknown();
    result.ordered = input.ordered;
    if (!node.quoted && is_type_name(node.text)) {
      out.type_test.type = definitions.find_type(node.text);
      if (out.type_test.type) out.function = run_type_root;
    }
    return true;
  }
  result = Static::nothing();
  result.ordered = input.ordered;
  bool found = input.types.empty();
  for (const StaticType& type : input.types) bind(type, node, out, result, found);
  return found || not_a_member(node, input, out, result);
}

// "Patient.name": the path begins with the type of the focus.
bool Compiler::not_a_member(const Node& node, const Static& input, Step& out, Static& result) {
  const fhir::Type* type =
      node.quoted || !is_type_name(node.text) ? nullptr : definitions.find_type(node.text);
  for (const StaticType& possible : input.types) {
    if (!type || !possible.type || !possible.type->is_a(*type)) continue;
    out.function = run_self;
    result = input;
    return true;
  }
  if (type && options.search_parameter) {
    out.function = run_literal;
    result = Static::nothing();
    return true;
  }
  if (input.types[0].record)
    return fail(fmt::format("unknown column {}{}", input.types[0].path, node.text), node);
  return fail(fmt::format("{} has no element {}", describe(input.types[0]), node.text), node);
}

}  // namespace handoff::fhirpath
