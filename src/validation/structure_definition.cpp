#include "validation/structure_definition.h"

#include <fmt/format.h>

#include "core/text.h"

namespace handoff::validation {
namespace {

// False if some step of "Patient.contact.name" is no element. Where types part (a choice, any resource) the rest is not followed.
bool has_path(const fhir::Definitions& definitions, std::string_view path) {
  const std::vector<std::string_view> steps = split(path, '.');
  const fhir::Type* type = definitions.find_type(steps[0]);
  for (std::size_t i = 1; type && i < steps.size(); ++i) {
    std::string_view name = steps[i];
    if (name.ends_with("[x]")) name.remove_suffix(3);
    const fhir::Element* element = type->find(name);
    const fhir::Type* next = element && element->types.size() == 1 ? element->types[0].type : nullptr;
    if (!element) {
      const auto found = type->find_json(name);
      element = found.element;
      next = found.type;
    }
    if (!element) return false;
    type = next && !next->is_abstract ? next : nullptr;
  }
  return true;
}

void check_elements(Context& context, json::Value elements, std::string_view type, const Path& path) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::string_view said = elements.at(i)["path"].text();
    const Path at = path.child("element", std::uint32_t(i));
    const std::string shown(said.substr(0, utf8_bytes(said.substr(0, 120))));
    if (said.substr(0, said.find('.')) != type)
      context.findings->add(at.child("path"), "value", fmt::format("The path {} does not begin with the type {}.", shown, type));
    else if (!has_path(context.definitions, said))
      context.findings->add(at.child("path"), "value", fmt::format("{} is no element of {}.", shown, type));
  }
}

}  // namespace

void check_structure_definition(Context& context, const At& definition) {
  const json::Value value = definition.item.value;
  const std::string_view type = value["type"].text();
  if (value["derivation"].text() != "constraint" || !context.definitions.find_type(type)) return;
  const Path differential = definition.path.child("differential"), snapshot = definition.path.child("snapshot");
  check_elements(context, value["differential"]["element"], type, differential);
  check_elements(context, value["snapshot"]["element"], type, snapshot);
}

}  // namespace handoff::validation
