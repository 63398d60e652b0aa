#include "validation/validator.h"

#include <fmt/format.h>

#include <algorithm>

#include "validation/conformance.h"
#include "validation/context.h"
#include "validation/examine.h"
#include "validation/structure.h"

namespace handoff::validation {
namespace {

void check_asked(Context& context, const At& resource, std::span<const std::string> profiles) {
  for (const std::string& canonical : profiles) {
    std::string failure;
    if (const Profile* profile = context.profiles.find(canonical, &failure)) {
      context.scope = {.resource = resource.item.value,
                       .type = resource.item.type,
                       .root = resource.item.value,
                       .bundle = {},
                       .full_url = {},
                       .path = &resource.path};
      const Context::Enter enter(context, context.scope);
      check_profile(context, resource, *profile);
    } else {
      context.findings->add(resource.path, "not-found",
                            failure.empty()
                                ? fmt::format("The profile {} is not known here.", canonical)
                                : fmt::format("The profile {} could not be read: {}.", canonical, failure));
    }
  }
}

}  // namespace

Validator::Validator(const Profiles& profiles, const fhir::ValueSets& value_sets)
    : profiles_(profiles), value_sets_(value_sets), plans_(profiles.definitions()) {}

std::vector<Issue> Validator::validate(json::Value resource, std::span<const std::string> profiles) const {
  return run(resource, profiles, Findings(issues_max));
}

std::vector<Issue> Validator::refusals(json::Value resource, std::span<const std::string> profiles) const {
  return run(resource, profiles, Findings::without_advice(issues_max));
}

std::vector<Issue> Validator::run(json::Value resource, std::span<const std::string> profiles,
                                  Findings findings) const {
  for (Issue& issue : validate_structure(resource, profiles_.definitions())) findings.add(std::move(issue));
  const Path path{.name = resource["resourceType"].text()};
  const At at = resource_at(resource, path, profiles_.definitions());
  if (!at.item.type) return findings.take();
  Context context(profiles_, value_sets_, plans_, findings);
  context.has_form = findings.errors() == 0;
  examine_resource(context, at, false);
  check_asked(context, at, profiles);
  return findings.take();
}

std::optional<bool> Validator::conforms(const fhirpath::Item& item, std::string_view canonical) const {
  Findings findings(issues_max);
  Context context(profiles_, value_sets_, plans_, findings);
  context.scope = {.resource = item.value,
                   .type = item.type,
                   .root = item.value,
                   .bundle = {},
                   .full_url = {},
                   .path = nullptr};
  const Context::Enter enter(context, context.scope);
  return validation::conforms_to(context, item, canonical);
}

bool has_errors(const std::vector<Issue>& issues) {
  return std::any_of(issues.begin(), issues.end(),
                     [](const Issue& issue) { return issue.severity <= Severity::error; });
}

}  // namespace handoff::validation
