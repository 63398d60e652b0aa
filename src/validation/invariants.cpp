#include "validation/invariants.h"

#include <fmt/format.h>

#include <unordered_set>

#include "fhirpath/narrative.h"

namespace handoff::validation {
namespace {

constexpr std::string_view period_in_order = "per-1";

std::string sentence(const fhir::Constraint& constraint) {
  std::string text(constraint.human.empty() ? constraint.expression : constraint.human);
  if (!text.ends_with('.')) text += '.';
  return fmt::format("This rule is not kept: {} ({})", text, constraint.key);
}

void tell_unchecked(Context& context, const At& at, const fhir::Constraint& constraint,
                    const std::string& why) {
  if (!context.has_form || !context.findings->takes_advice()) return;
  context.findings->warn(at.path, "not-supported",
                         fmt::format("The rule {} could not be checked: {}", constraint.key, why),
                         constraint.key);
}

void check_one(Context& context, const At& at, const Invariant& invariant) {
  const fhir::Constraint& constraint = *invariant.constraint;
  if (constraint.is_warning && !context.findings->takes_advice()) return;
  if (!invariant.expression) return tell_unchecked(context, at, constraint, invariant.failure);
  context.evaluation.reset_steps();
  context.asked.was_unknown = false;
  const auto result = invariant.expression->evaluate(context.evaluation, {at.item});
  if (!result) return tell_unchecked(context, at, constraint, result.error().summary());
  // An error rule without a result counts as broken. A warning rule without a result counts as kept, because
  // it says nothing about absent values. A write is not refused for a rule without a result. A period whose
  // end begins like its start is in order: the end includes all of it (R4 "datatypes", Period). The rule has
  // no result for such a period.
  const bool is_kept_if_open =
      constraint.is_warning || context.findings->only_decides() || constraint.key == period_in_order;
  if (fhirpath::is_true(*result) || (result->empty() && is_kept_if_open)) return;
  if (context.asked.was_unknown)
    return tell_unchecked(context, at, constraint, "it asks for codes or profiles that are not known here.");
  if (constraint.is_warning)
    context.findings->warn(at.path, "invariant", sentence(constraint), constraint.key);
  else context.findings->add(at.path, "invariant", sentence(constraint), constraint.key);
}

// Collects every "#id" that something within the resource refers to, without its "#".
void collect_local_references(json::Value value, std::unordered_set<std::string_view>& ids) {
  if (value.is_string() && value.text().starts_with('#')) ids.insert(value.text().substr(1));
  for (const json::Value item : value.items()) collect_local_references(item, ids);
  for (const json::Member& member : value.members()) collect_local_references(member.value, ids);
}

bool refers_to_container(json::Value value) {
  if (value["reference"].text() == "#") return true;
  for (const json::Value item : value.items())
    if (refers_to_container(item)) return true;
  for (const json::Member& member : value.members())
    if (refers_to_container(member.value)) return true;
  return false;
}

void check_contained_one(Context& context, json::Value contained, const Path& path,
                         const std::unordered_set<std::string_view>& ids) {
  const std::string_view id = contained["id"].text();
  if (id.empty())
    context.findings->add(path, "invariant",
                          "A contained resource needs an id, so that it can be referred to.", "dom-3");
  else if (!ids.contains(id) && !refers_to_container(contained))
    context.findings->add(path, "invariant",
                          fmt::format("Nothing in this resource refers to the contained resource #{}.", id),
                          "dom-3");
  const json::Value meta = contained["meta"];
  if (meta["versionId"] || meta["lastUpdated"])
    context.findings->add(path.child("meta"), "invariant",
                          "A contained resource has no versionId and no lastUpdated of its own.", "dom-4");
  if (meta["security"])
    context.findings->add(path.child("meta"), "invariant",
                          "A contained resource has no security labels of its own.", "dom-5");
}

}  // namespace

void check_invariants(Context& context, const At& at, const Invariants& invariants) {
  for (const Invariant& invariant : invariants) {
    if (context.findings->full()) return;
    check_one(context, at, invariant);
  }
}

void check_contained(Context& context, const At& resource) {
  if (const json::Value contained = resource.item.value["contained"]; contained.size() > 0) {
    std::unordered_set<std::string_view> ids;
    collect_local_references(resource.item.value, ids);
    for (std::size_t i = 0; i < contained.size(); ++i)
      check_contained_one(context, contained.at(i), resource.path.child("contained", std::uint32_t(i)), ids);
  }
  if (!context.findings->takes_advice()) return;
  const json::Value narrative = resource.item.value["text"]["div"];
  if (narrative && !fhirpath::read_narrative(narrative.text()).says_something)
    context.findings->warn(resource.path.child("text"), "invariant",
                           "The narrative has neither text nor an image.", "txt-2");
  if (!context.scope.is_contained && !narrative && resource.type().find("text"))
    context.findings->warn(resource.path, "invariant",
                           "It is good practice that a resource has a narrative (text.div).", "dom-6");
}

}  // namespace handoff::validation
