#include "validation/context.h"

namespace handoff::validation {
namespace {

void publish(Context& context) {
  const Scope& scope = context.scope;
  context.evaluation.set_variable("resource", {fhirpath::typed_item(scope.resource, scope.type)});
  context.evaluation.set_variable("rootResource", {fhirpath::resource_item(scope.root, context.definitions)});
}

}  // namespace

Context::Enter::Enter(Context& context, Scope scope) : context_(context), before_(std::exchange(context.scope, scope)) {
  publish(context_);
}

Context::Enter::~Enter() {
  context_.scope = before_;
  if (before_.resource) publish(context_);
}

}  // namespace handoff::validation
