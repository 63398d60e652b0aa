#include "validation/bindings.h"

#include <fmt/format.h>

namespace handoff::validation {
namespace {

using fhir::Membership;

fhir::Coding read_coding(json::Value coding) {
  return {
      .system = coding["system"].text(), .version = coding["version"].text(), .code = coding["code"].text()};
}

Membership of_coding(const Context& context, json::Value coding, std::string_view value_set) {
  const fhir::Coding asked = read_coding(coding);
  if (asked.code.empty()) return Membership::out;
  const Membership found = context.value_sets.contains(value_set, asked);
  // a code without its system means nothing
  return found == Membership::in && asked.system.empty() ? Membership::out : found;
}

bool has_codes(const At& at) {
  const json::Value value = at.item.value;
  return value.is_string() || value["coding"].size() > 0 || value["code"];
}

std::string shown(const At& at) {
  json::Value value = at.item.value;
  if (value["coding"]) value = value["coding"].at(0);
  std::string text(value.is_string() ? value.text() : value["code"].text());
  if (text.size() > 40) text = "the code";
  return text;
}

}  // namespace

Membership membership(const Context& context, const At& at, std::string_view value_set) {
  const json::Value value = at.item.value;
  if (value.is_string())
    return context.value_sets.contains(value_set, {.system = {}, .version = {}, .code = value.text()});
  if (!value["coding"]) return of_coding(context, value, value_set);
  Membership best = Membership::out;
  for (const json::Value coding : value["coding"].items()) {
    const Membership one = of_coding(context, coding, value_set);
    if (one == Membership::in) return one;
    if (one == Membership::unknown) best = one;
  }
  return best;
}

void check_coding(Context& context, const At& at, const fhir::Element&) {
  // HL7's code systems outside of FHIR have their own releases, which add codes. So a write is not refused if
  // R4's copy lacks a code.
  constexpr std::string_view apart = "http://terminology.hl7.org/";
  const fhir::Coding coding = read_coding(at.item.value);
  if (context.findings->only_decides() && coding.system.starts_with(apart)) return;
  if (coding.code.empty() || context.value_sets.has_code(coding) != Membership::out) return;
  context.findings->add(at.path.child("code"), "code-invalid",
                        fmt::format("The system {} has no code '{}'.", coding.system, shown(at)));
}

void check_binding(Context& context, const At& at, fhir::BindingStrength strength,
                   std::string_view value_set) {
  using fhir::BindingStrength;
  if (strength != BindingStrength::required && strength != BindingStrength::extensible) return;
  if (strength == BindingStrength::extensible && !context.findings->takes_advice()) return;
  const json::Value value = at.item.value;
  if (!value || (value.is_object() && value["extension"] && !has_codes(at))) return;
  if (!has_codes(at)) {
    if (at.type().name == "CodeableConcept" && strength == BindingStrength::required)
      context.findings->add(
          at.path, "code-invalid",
          fmt::format("A code of the value set {} is required here, not only text.", value_set));
    return;
  }
  const Membership answer = membership(context, at, value_set);
  if (answer == Membership::in) return;
  if (answer == Membership::unknown)
    return context.findings->warn(
        at.path, "not-found",
        fmt::format(
            "Whether '{}' is in the value set {} could not be checked: not all of its codes are known here.",
            shown(at), value_set));
  if (strength == BindingStrength::required)
    context.findings->add(
        at.path, "code-invalid",
        fmt::format("'{}' is not in the value set {}, which is required here.", shown(at), value_set));
  else
    context.findings->warn(
        at.path, "code-invalid",
        fmt::format("'{}' is not in the value set {}; another code is right only if none of that set fits.",
                    shown(at), value_set));
}

}  // namespace handoff::validation
