#include "validation/tree.h"

namespace handoff::validation {
namespace {

json::Value sibling_of(json::Value object, std::string_view key) {
  for (const json::Member& member : object.members())
    if (member.key.size() == key.size() + 1 && member.key[0] == '_' && member.key.substr(1) == key)
      return member.value;
  return {};
}

bool has_form(json::Value value, json::Value sibling, const fhir::Type& type) {
  if (type.kind != fhir::TypeKind::primitive) return value.is_object();
  return (value && !value.is_object() && !value.is_array()) || sibling.is_object();
}

void visit_one(json::Value value, json::Value sibling, const fhir::Element& element, const fhir::Type* type,
               const Path& path, const fhir::Definitions& definitions, const Visit& visit) {
  if (value.type() == json::Type::null) value = {};
  if (!sibling.is_object()) sibling = {};
  if (type->kind == fhir::TypeKind::resource) type = definitions.find_resource(value["resourceType"].text());
  if (type && has_form(value, sibling, *type))
    visit({.item = {.value = value, .type = type, .system = {}, .extension_holder = sibling}, .path = path},
          element);
}

// One member with its sibling. Either may be absent.
void visit_member(const At& at, json::Value value, json::Value sibling, const fhir::Type::JsonElement& found,
                  const fhir::Definitions& definitions, const Visit& visit) {
  const fhir::Element& element = *found.element;
  if (!value.is_array() && !sibling.is_array()) {
    Path path = at.path.child(element.name);
    if (element.is_choice) path.variant = found.type->name;
    return visit_one(value, sibling, element, found.type, path, definitions, visit);
  }
  const std::size_t size =
      std::max(value.is_array() ? value.size() : 0, sibling.is_array() ? sibling.size() : 0);
  for (std::size_t i = 0; i < size; ++i)
    visit_one(value.at(i), sibling.at(i), element, found.type, at.path.child(element.name, std::uint32_t(i)),
              definitions, visit);
}

}  // namespace

void for_each_child(const At& at, const fhir::Definitions& definitions, const Visit& visit) {
  const json::Value object = at.members();
  bool has_siblings = false;
  for (const json::Member& member : object.members()) has_siblings |= member.key.starts_with('_');
  for (const json::Member& member : object.members()) {
    const bool is_sibling = member.key.starts_with('_');
    const std::string_view key = is_sibling ? member.key.substr(1) : member.key;
    const auto found = at.type().find_json(key);
    if (!found.element || (at.is_primitive() && found.element->name == "value")) continue;
    // Seen with it. Only known elements are looked up here, because an object may have 100,000 unknown
    // members.
    if (is_sibling && object[key]) continue;
    const bool has_sibling = has_siblings && !is_sibling && found.type->kind == fhir::TypeKind::primitive;
    const json::Value sibling = is_sibling    ? member.value
                                : has_sibling ? sibling_of(object, key)
                                              : json::Value();
    visit_member(at, is_sibling ? json::Value() : member.value, sibling, found, definitions, visit);
  }
}

std::vector<At> children_of(const At& at, std::string_view name, const fhir::Definitions& definitions) {
  std::vector<At> children;
  const Visit collect = [&](const At& child, const fhir::Element&) { children.push_back(child); };
  const json::Value object = at.members();
  for (const json::Member& member : object.members()) {
    const bool is_sibling = member.key.starts_with('_');
    const std::string_view key = is_sibling ? member.key.substr(1) : member.key;
    if (!key.starts_with(name)) continue;
    const auto found = at.type().find_json(key);
    if (!found.element || found.element->name != name || (at.is_primitive() && name == "value")) continue;
    if (is_sibling && object[key]) continue;
    const json::Value sibling = is_sibling ? member.value : sibling_of(object, key);
    visit_member(at, is_sibling ? json::Value() : member.value, sibling, found, definitions, collect);
  }
  return children;
}

At resource_at(json::Value resource, const Path& path, const fhir::Definitions& definitions) {
  return {.item = fhirpath::typed_item(resource, definitions.find_resource(resource["resourceType"].text())),
          .path = path};
}

}  // namespace handoff::validation
