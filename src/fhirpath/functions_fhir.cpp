// FHIR's additions to FHIRPath (R4 "fhirpath", additional functions).
#include "fhirpath/functions.h"
#include "fhirpath/items.h"
#include "fhirpath/narrative.h"

namespace handoff::fhirpath {
namespace {

bool is_primitive(const Item& item) { return item.type && item.type->kind == fhir::TypeKind::primitive; }

bool extension(const Call& call) {
  std::string_view url;
  if (!argument_text(call, 0, url)) return nothing(call);
  const fhir::Type* type = call.state.definitions.find_type("Extension");
  for (const Item& item : call.input) {
    const json::Value holder = is_primitive(item) ? item.extension_holder : item.value;
    for (const json::Value found : holder["extension"].items())
      if (found["url"].text() == url) call.give({.value = found, .type = type});
  }
  return call.spend(call.input.size());
}

bool has_value(const Call& call) {
  return call.give(call.input.size() == 1 && kind_of(call.input[0]) != SystemType::none &&
                   !call.input[0].value.is_object());
}

bool get_value(const Call& call) {
  if (call.input.size() != 1 || call.input[0].value.is_object()) return true;
  const SystemType kind = kind_of(call.input[0]);
  return kind == SystemType::none || call.give({.value = call.input[0].value, .system = kind});
}

// "Patient/1", "http://host/Patient/1/_history/2" → Patient.
const fhir::Type* type_in_reference(const fhir::Definitions& definitions, std::string_view reference) {
  const auto history = reference.find("/_history/");
  if (history != std::string_view::npos) reference = reference.substr(0, history);
  const auto slash = reference.rfind('/');
  if (slash == std::string_view::npos) return nullptr;
  const std::string_view before = reference.substr(0, slash);
  return definitions.find_resource(before.substr(before.rfind('/') + 1));
}

std::string_view reference_of(const Item& item) {
  return item.value.is_object() ? item.value["reference"].text() : item.value.text();
}

void resolve_by_type(const Call& call, const Item& item) {
  const std::string_view reference = reference_of(item);
  const fhir::Type* type = type_in_reference(call.state.definitions, reference);
  if (!type) type = call.state.definitions.find_resource(item.value["type"].text());
  if (type) call.give({.value = json::Arena::empty_object(), .type = type});
}

json::Value find_contained(const Call& call, std::string_view id) {
  const Collection* resource = call.state.evaluation.find_variable("resource");
  if (!resource) resource = call.state.root;
  if (!resource || resource->empty()) return {};
  if (id.empty()) return (*resource)[0].value;
  for (const json::Value contained : (*resource)[0].value["contained"].items())
    if (contained["id"].text() == id) return contained;
  return {};
}

bool resolve(const Call& call) {
  for (const Item& item : call.input) {
    if (!call.spend(1)) return false;
    const std::string_view reference = reference_of(item);
    if (call.step.by_reference) {
      resolve_by_type(call, item);
      continue;
    }
    json::Value found;
    if (reference.starts_with('#')) found = find_contained(call, reference.substr(1));
    else if (!reference.empty() && call.state.evaluation.resolver)
      found = call.state.evaluation.resolver(reference);
    if (found) call.give(resource_item(found, call.state.definitions));
  }
  return true;
}

// The codings of a code, a Coding or a CodeableConcept.
std::vector<fhir::Coding> codings_of(const Item& item) {
  const auto coding = [](json::Value v) {
    return fhir::Coding{v["system"].text(), v["version"].text(), v["code"].text()};
  };
  if (item.value.is_string()) return {{.system = {}, .version = {}, .code = item.value.text()}};
  if (!item.value["coding"]) return {coding(item.value)};
  std::vector<fhir::Coding> codings;
  for (const json::Value each : item.value["coding"].items()) codings.push_back(coding(each));
  return codings;
}

fhir::Membership membership(const Call& call, std::string_view canonical, const fhir::Coding& coding) {
  if (const fhir::ValueSets* sets = call.state.evaluation.value_sets)
    return sets->contains(canonical, coding);
  const fhir::ValueSet* set = call.state.definitions.find_value_set(canonical.substr(0, canonical.find('|')));
  if (!set) return fhir::Membership::unknown;
  const bool in =
      coding.system.empty() ? set->contains(coding.code) : set->contains(coding.system, coding.code);
  return in ? fhir::Membership::in : fhir::Membership::out;
}

// True if any coding is in the value set. If none is, and one is unknown, the result is unknown (empty).
bool member_of(const Call& call) {
  std::string_view canonical;
  if (!argument_text(call, 0, canonical)) return nothing(call);
  if (call.input.size() > 1) return call.fail("memberOf() takes one item");
  if (call.input.empty()) return true;
  bool unknown = false;
  for (const fhir::Coding& coding : codings_of(call.input[0])) {
    const fhir::Membership found = membership(call, canonical, coding);
    if (found == fhir::Membership::in) return call.give(true);
    unknown = unknown || found == fhir::Membership::unknown;
  }
  return unknown || call.give(false);
}

// An item conforms to the base profile of an R4 type if it is of that type. Other profiles are the callback's
// task.
bool conforms_to(const Call& call) {
  constexpr std::string_view base = "http://hl7.org/fhir/StructureDefinition/";
  std::string_view url;
  if (!argument_text(call, 0, url)) return nothing(call);
  if (call.input.size() > 1) return call.fail("conformsTo() takes one item");
  if (call.input.empty()) return true;
  if (const auto& hook = call.state.evaluation.conforms_to)
    if (const auto known = hook(call.input[0], url)) return call.give(*known);
  const auto* type =
      url.starts_with(base) ? call.state.definitions.find_type(url.substr(base.size())) : nullptr;
  if (!type) return call.fail("conformsTo(): the profile is not known");
  return call.give(is_of(call.input[0], {.type = type}, false));
}

bool html_checks(const Call& call) {
  if (call.input.size() != 1) return true;
  const std::string_view div = call.input[0].value.text();
  const Narrative narrative = read_narrative(div);
  return call.give(narrative.fault.empty() && narrative.says_something);
}

constexpr auto any = Takes::anything;
constexpr Builtin table[] = {
    {"extension", 1, 1, 0, any, Gives::extensions, extension},
    {"hasValue", 0, 0, 0, any, Gives::boolean, has_value},
    {"getValue", 0, 0, 0, any, Gives::unknown, get_value},
    {"resolve", 0, 0, 0, any, Gives::unknown, resolve},
    {"memberOf", 1, 1, 0, any, Gives::boolean, member_of},
    {"conformsTo", 1, 1, 0, any, Gives::boolean, conforms_to},
    {"htmlChecks", 0, 0, 0, any, Gives::boolean, html_checks},
};

}  // namespace

std::span<const Builtin> fhir_functions() { return table; }

}  // namespace handoff::fhirpath
