#include "validation/examine.h"

#include <fmt/format.h>

#include "validation/bindings.h"
#include "validation/bundle_rules.h"
#include "validation/conformance.h"
#include "validation/extensions.h"
#include "validation/invariants.h"
#include "validation/questionnaire_response.h"
#include "validation/references.h"
#include "validation/structure_definition.h"
#include "validation/vital_signs.h"

namespace handoff::validation {
namespace {

void examine_element(Context& context, const At& owner, const At& at, const fhir::Element& element);

void examine_children(Context& context, const At& at) {
  for_each_child(at, context.definitions, [&](const At& child, const fhir::Element& element) {
    examine_element(context, at, child, element);
  });
}

struct TypeRule {
  std::string_view type;
  void (*check)(Context& context, const At& at, const fhir::Element& element);
};
constexpr TypeRule type_rules[] = {{"Reference", check_reference_value}, {"Coding", check_coding}};

struct ResourceRule {
  std::string_view type;
  void (*check)(Context& context, const At& resource);
};
constexpr ResourceRule resource_rules[] = {{"Bundle", check_bundle},
                                           {"QuestionnaireResponse", check_questionnaire_response},
                                           {"Observation", check_vital_signs},
                                           {"StructureDefinition", check_structure_definition}};

// An entry has a fullUrl. References from and to its resource are resolved with it.
void examine_entry(Context& context, const At& entry) {
  Scope scope = context.scope;
  scope.bundle = context.scope.resource;
  scope.full_url = entry.item.value["fullUrl"].text();
  const Scope before = std::exchange(context.scope, scope);
  examine_children(context, entry);
  context.scope = before;
}

void examine_element(Context& context, const At& owner, const At& at, const fhir::Element& element) {
  if (context.findings->full() || at.path.depth > depth_max) return;
  const fhir::Type& type = at.type();
  if (type.kind == fhir::TypeKind::resource)
    return examine_resource(context, at, element.name == "contained");
  check_invariants(context, at, context.plans.of(type));
  check_invariants(context, at, context.plans.of(element.constraints, type));
  if (type.name == "Extension") check_extension(context, owner, at, element.name == "modifierExtension");
  for (const TypeRule& rule : type_rules)
    if (type.name == rule.type) rule.check(context, at, element);
  if (type.name == "Bundle.entry") examine_entry(context, at);
  else if (at.members().size() > 0) examine_children(context, at);
}

void check_claimed(Context& context, const At& resource) {
  const json::Value claimed = resource.item.value["meta"]["profile"];
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const std::string_view canonical = claimed.at(i).text();
    std::string failure;
    if (const Profile* profile = context.profiles.find(canonical, &failure)) {
      check_profile(context, resource, *profile);
      continue;
    }
    const Path meta = resource.path.child("meta");
    context.findings->warn(
        meta.child("profile", std::uint32_t(i)), "not-found",
        failure.empty() ? fmt::format("The profile {} is not known here, so it was not checked.", canonical)
                        : fmt::format("The profile {} could not be read: {}.", canonical, failure));
  }
}

}  // namespace

void examine_resource(Context& context, const At& resource, bool is_contained) {
  if (!resource.item.type) return;
  Scope scope{.resource = resource.item.value,
              .type = resource.item.type,
              .root = is_contained ? context.scope.root : resource.item.value,
              .bundle = context.scope.bundle,
              .full_url = context.scope.full_url,
              .path = &resource.path,
              .is_contained = is_contained};
  const Context::Enter enter(context, scope);
  check_invariants(context, resource, context.plans.of(resource.type()));
  check_contained(context, resource);
  for (const ResourceRule& rule : resource_rules)
    if (resource.type().name == rule.type) rule.check(context, resource);
  examine_children(context, resource);
  check_claimed(context, resource);
}

}  // namespace handoff::validation
