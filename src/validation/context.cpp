#include "validation/context.h"

#include "validation/conformance.h"
#include "validation/references.h"

namespace handoff::validation {
namespace {

void publish(Context& context) {
  const Scope& scope = context.scope;
  context.evaluation.set_variable("resource", {fhirpath::typed_item(scope.resource, scope.type)});
  context.evaluation.set_variable("rootResource", {fhirpath::resource_item(scope.root, context.definitions)});
}

}  // namespace

fhir::Membership AskedValueSets::contains(std::string_view value_set, const fhir::Coding& coding) const {
  const fhir::Membership answer = known_.contains(value_set, coding);
  was_unknown |= answer == fhir::Membership::unknown;
  return answer;
}

Context::Context(const Profiles& known_profiles, const fhir::ValueSets& known_codes, const Plans& compiled,
                 Findings& found)
    : definitions(known_profiles.definitions()),
      profiles(known_profiles),
      value_sets(known_codes),
      plans(compiled),
      findings(&found),
      asked(known_codes),
      evaluation(definitions) {
  evaluation.resolver = [this](std::string_view reference) { return resolve(*this, reference); };
  evaluation.value_sets = &asked;
  evaluation.conforms_to = [this](const fhirpath::Item& item, std::string_view canonical) {
    return validation::conforms_to(*this, item, canonical);
  };
}

Context::Enter::Enter(Context& context, Scope scope)
    : context_(context), before_(std::exchange(context.scope, scope)) {
  publish(context_);
}

Context::Enter::~Enter() {
  context_.scope = before_;
  if (before_.resource) publish(context_);
}

}  // namespace handoff::validation
