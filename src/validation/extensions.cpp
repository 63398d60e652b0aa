#include "validation/extensions.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "validation/conformance.h"

namespace handoff::validation {
namespace {

std::string shown(std::string_view url) {
  return url.size() <= 120 ? std::string(url)
                           : std::string(url.substr(0, utf8_bytes(url.substr(0, 117)))) + "…";
}

// The element's path below its resource: "Patient.contact.name".
std::string path_below(const Path& path, const Path* resource) {
  std::string text;
  for (const Path* at = &path; at && at != resource; at = at->parent)
    text = std::string(at->name) + (text.empty() ? "" : "." + text);
  return text;
}

std::string_view without_choice(std::string_view expression) {
  return expression.ends_with("[x]") ? expression.substr(0, expression.size() - 3) : expression;
}

bool is_named(const At& owner, std::string_view name) {
  for (const fhir::Type* type = &owner.type(); type; type = type->base)
    if (type->name == name) return true;
  return name == "Element";  // R4's own extensions use it for resources, too
}

// R4 publishes this extension for the code of a type, but uses it at the type itself.
constexpr std::string_view fhir_type =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
// R4 lists the places in a CapabilityStatement that it knew. HL7 has since published it as allowed anywhere.
constexpr std::string_view expectation =
    "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation";

// `expression` ("Patient.contact") is a path from the resource, or from the type of any element above.
bool is_at(const Context& context, const At& owner, std::string_view expression) {
  expression = without_choice(expression);
  if (is_named(owner, expression)) return true;
  const auto dot = expression.find('.');
  if (dot == expression.npos || !context.scope.path || !context.scope.type) return false;
  const std::string below = path_below(owner.path, context.scope.path);
  const std::string_view rest = expression.substr(dot + 1);
  const fhir::Type* base = context.definitions.find_type(expression.substr(0, dot));
  if (base && context.scope.type->is_a(*base) && below == rest) return true;
  const bool ends =
      below.ends_with(rest) && (below.size() == rest.size() || below[below.size() - rest.size() - 1] == '.');
  return base && base->kind != fhir::TypeKind::resource && ends;
}

// Identifies the element that has an extension.
const void* identity(const fhirpath::Item& item) {
  return item.extension_holder ? item.extension_holder.storage() : item.value.storage();
}

std::optional<std::set<const void*>> select(Context& context, const ExtensionContext& place) {
  const Invariant& selection = context.plans.of(place, *context.scope.type);
  if (!selection.expression) return std::nullopt;
  context.evaluation.reset_steps();
  const auto found = selection.expression->evaluate(
      context.evaluation, {fhirpath::typed_item(context.scope.resource, context.scope.type)});
  if (!found) return std::nullopt;
  std::set<const void*> all;
  for (const fhirpath::Item& item : *found) all.insert(identity(item));
  return all;
}

// Evaluates the context once for each resource. A hostile resource may have thousands of extensions, and each
// would walk the resource.
bool is_selected(Context& context, const At& owner, const At& extension, const ExtensionContext& place) {
  const auto [entry, is_new] = context.selected.try_emplace({context.scope.resource.storage(), &place});
  if (is_new) entry->second = select(context, place);
  if (entry->second) return entry->second->contains(identity(owner.item));
  if (is_new && context.findings->takes_advice())
    context.findings->warn(
        extension.path, "not-supported",
        fmt::format("Whether this extension may stand here could not be checked: {} cannot be evaluated.",
                    shown(place.expression)));
  return true;
}

bool is_allowed(Context& context, const At& owner, const At& extension, const ExtensionContext& allowed) {
  if (allowed.type == "element") return is_at(context, owner, allowed.expression);
  if (allowed.type == "extension")
    return owner.item.value["url"].text() == allowed.expression.substr(0, allowed.expression.find('#'));
  // by an expression over the resource
  return !context.scope.type || is_selected(context, owner, extension, allowed);
}

void check_context(Context& context, const At& owner, const At& extension, const Profile& profile) {
  if (profile.contexts.empty() || profile.url == expectation) return;
  if (profile.url == fhir_type && owner.type().name == "ElementDefinition.type") return;
  const auto& all = profile.contexts;
  if (std::any_of(all.begin(), all.end(),
                  [&](const ExtensionContext& each) { return is_allowed(context, owner, extension, each); }))
    return;
  std::string allowed;
  for (const ExtensionContext& each : all)
    allowed.append(allowed.empty() ? "" : ", ").append(each.expression);
  context.findings->add(
      extension.path, "structure",
      fmt::format("The extension {} is not allowed here, only at {}.", shown(profile.url), allowed));
}

// A Patient with an unknown modifier extension is accepted. Its source declared it, and none of our decisions
// depends on a Patient's modifiers.
bool may_be_written(const At& owner) {
  return owner.type().name == "Patient" || owner.type().name.starts_with("Patient.");
}

void tell_unknown(Context& context, const At& extension, std::string_view url, const std::string& failure,
                  bool is_modifier) {
  if (!is_modifier && !context.findings->takes_advice()) return;
  const std::string why =
      failure.empty() ? "is not known here" : "has a definition that cannot be read (" + failure + ")";
  if (is_modifier)
    return context.findings->add(
        extension.path, "extension",
        fmt::format("The modifier extension {} {}: it may change the meaning of the element that it is in.",
                    shown(url), why));
  context.findings->inform(extension.path, "informational",
                           fmt::format("The extension {} {}, so it was not checked.", shown(url), why));
}

}  // namespace

void check_extension(Context& context, const At& owner, const At& extension, bool is_modifier) {
  const std::string_view url = extension.item.value["url"].text();
  if (url.empty() || owner.type().name == "Extension") {
    // a part of a complex extension: its definition says what it may be
    if (url.find(':') == url.npos) return;
  }
  if (url.find(':') == url.npos)
    return context.findings->add(extension.path.child("url"), "value",
                                 "The url of an extension must be absolute, except within another "
                                 "extension.");
  std::string failure;
  const Profile* profile = context.profiles.find(url, &failure);
  if (!profile || profile->type != "Extension") {
    const bool is_passed = is_modifier && context.findings->only_decides() && may_be_written(owner);
    return is_passed ? void() : tell_unknown(context, extension, url, failure, is_modifier);
  }
  if (profile->is_modifier() != is_modifier)
    context.findings->add(
        extension.path, "structure",
        is_modifier ? fmt::format("The extension {} does not modify; it belongs in extension.", shown(url))
                    : fmt::format("The extension {} modifies; it belongs in modifierExtension.", shown(url)));
  check_context(context, owner, extension, *profile);
  check_profile(context, extension, *profile);
}

}  // namespace handoff::validation
