#include "validation/structure_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.h"
#include "fhirpath/expression.h"

namespace handoff::validation {
namespace {

// What a path leads to in R4. At a choice of types or at any resource, the rest of the path is not followed.
// Then there is no element.
struct Place {
  bool is_there = true;
  const fhir::Element* element = nullptr;
  const fhir::Type* narrowed = nullptr;  // by a name like valueQuantity
};

Place find_place(const fhir::Definitions& definitions, std::string_view path) {
  const std::vector<std::string_view> steps = split(path, '.');
  const fhir::Type* type = definitions.find_type(steps[0]);
  Place place;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (!type) return {};
    std::string_view name = steps[i];
    if (name.ends_with("[x]")) name.remove_suffix(3);
    place = {.is_there = true, .element = type->find(name), .narrowed = nullptr};
    const fhir::Type* next =
        place.element && place.element->types.size() == 1 ? place.element->types[0].type : nullptr;
    if (!place.element) {
      const auto found = type->find_json(name);
      place.element = found.element;
      place.narrowed = next = found.type;
    }
    if (!place.element) return {.is_there = false};
    type = next && !next->is_abstract ? next : nullptr;
  }
  return place;
}

// One element of a differential: its place in R4, and what it says about that place.
class Said {
 public:
  Said(Context& context, json::Value element, const Place& place, const Path& path)
      : context_(context), element_(element), base_(*place.element), path_(path) {
    read_types(place);
  }

  void check() {
    check_cardinality();
    for (const fhir::Type* type : types_)
      if (!is_allowed(*type)) refuse("type", fmt::format("R4 does not allow {} here.", type->name));
    for (const json::Member& member : element_.members()) {
      check_value(member, "fixed");
      check_value(member, "pattern");
    }
    check_binding();
  }

 private:
  void refuse(std::string_view member, std::string diagnostics) {
    context_.findings->add(path_.child(member), "value", std::move(diagnostics));
  }

  // The types that the element names, or else those of R4. None if one of them is not known here.
  void read_types(const Place& place) {
    for (const json::Value each : element_["type"].items()) {
      const fhir::Type* type = context_.definitions.find_type(each["code"].text());
      if (!type) return types_.clear();
      types_.push_back(type);
    }
    if (!types_.empty()) return;
    if (place.narrowed) types_.push_back(place.narrowed);
    else
      for (const fhir::TypeChoice& choice : base_.types) types_.push_back(choice.type);
  }

  // A primitive type allows only itself. For example, code derives from string but is not allowed where R4
  // requires a string.
  bool is_allowed(const fhir::Type& type) const {
    return std::any_of(base_.types.begin(), base_.types.end(), [&](const fhir::TypeChoice& choice) {
      if (choice.type->kind == fhir::TypeKind::primitive) return choice.type == &type || base_.name == "id";
      return choice.type->is_a(type) || type.is_a(*choice.type);
    });
  }

  // A slice may have a smaller minimum than its element.
  void check_cardinality() {
    std::uint32_t min = 0, max = 0;
    const std::string_view least = element_["min"].text(), most = element_["max"].text();
    if (std::from_chars(least.data(), least.data() + least.size(), min).ec == std::errc() &&
        min < base_.min && !element_["sliceName"])
      refuse("min", fmt::format("R4 requires at least {}.", base_.min));
    if (base_.max == fhir::Element::unbounded) return;
    if (most == "*" ||
        (std::from_chars(most.data(), most.data() + most.size(), max).ec == std::errc() && max > base_.max))
      refuse("max", fmt::format("R4 allows at most {}.", base_.max));
  }

  void check_value(const json::Member& member, std::string_view prefix) {
    if (!member.key.starts_with(prefix) || types_.empty() || base_.name == "id") return;
    const std::string_view name = member.key.substr(prefix.size());
    const bool is_one = std::any_of(types_.begin(), types_.end(), [&](const fhir::Type* type) {
      return type->name.size() == name.size() && (type->name[0] | 0x20) == (name[0] | 0x20) &&
             type->name.substr(1) == name.substr(1);
    });
    if (!is_one && !name.empty()) refuse(prefix, fmt::format("The element is not of the type {}.", name));
  }

  void check_binding() {
    constexpr std::string_view bindable[] = {"code",   "Coding", "CodeableConcept", "Quantity",
                                             "string", "uri",    "Extension"};
    if (!element_["binding"] || types_.empty()) return;
    for (const std::string_view name : bindable)
      for (const fhir::Type* type : types_)
        if (type->is_a(*context_.definitions.find_type(name))) return;
    refuse(
        "binding",
        "Only codes, Codings, CodeableConcepts, Quantities, strings and URIs can be bound to a value set.");
  }

  Context& context_;
  json::Value element_;
  const fhir::Element& base_;
  const Path& path_;
  std::vector<const fhir::Type*> types_;
};

void check_constraints(Context& context, json::Value element, const Path& path) {
  for (std::size_t i = 0; i < element["constraint"].size(); ++i) {
    const std::string_view expression = element["constraint"].at(i)["expression"].text();
    fhirpath::Failure failure;
    if (expression.empty() ||
        fhirpath::Expression::compile(expression, {.definitions = &context.definitions}, &failure))
      continue;
    if (failure.kind != "syntax") continue;  // it may use functions of other engines
    const Path at = path.child("constraint", std::uint32_t(i));
    context.findings->add(
        at.child("expression"), "value",
        fmt::format("This is no FHIRPath: {}, at position {}.", failure.message, failure.position));
  }
}

void check_elements(Context& context, json::Value elements, std::string_view type, const Path& path) {
  const bool is_differential = path.name == "differential";
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const json::Value element = elements.at(i);
    const std::string_view said = element["path"].text();
    const Path at = path.child("element", std::uint32_t(i));
    const std::string shown(said.substr(0, utf8_bytes(said.substr(0, 120))));
    if (is_differential) check_constraints(context, element, at);
    if (said.substr(0, said.find('.')) != type) {
      context.findings->add(at.child("path"), "value",
                            fmt::format("The path {} does not begin with the type {}.", shown, type));
      continue;
    }
    const Place place = find_place(context.definitions, said);
    if (!place.is_there)
      context.findings->add(at.child("path"), "value", fmt::format("{} is no element of {}.", shown, type));
    else if (place.element && is_differential) Said(context, element, place, at).check();
  }
}

}  // namespace

void check_structure_definition(Context& context, const At& definition) {
  const json::Value value = definition.item.value;
  const std::string_view type = value["type"].text();
  if (value["derivation"].text() != "constraint" || !context.definitions.find_type(type)) return;
  const Path differential = definition.path.child("differential"),
             snapshot = definition.path.child("snapshot");
  check_elements(context, value["differential"]["element"], type, differential);
  check_elements(context, value["snapshot"]["element"], type, snapshot);
}

}  // namespace handoff::validation
