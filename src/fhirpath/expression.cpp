#include "fhirpath/expression.h"

#include <fmt/format.h>

#include "core/text.h"
#include "fhirpath/compiler.h"
#include "fhirpath/items.h"
#include "fhirpath/state.h"

namespace handoff::fhirpath {
namespace {

Static focus_of(const CompileOptions& options) {
  if (options.focus) return Static::of(StaticType{.type = options.focus});
  if (options.record) return Static::of(StaticType{.record = options.record});
  return Static::unknown();
}

// If there is a record, %context is the record, whatever the focus is.
Static context_of(const CompileOptions& options) {
  return options.record ? Static::of(StaticType{.record = options.record}) : focus_of(options);
}

// A System type counts as the FHIR primitive of the same content.
const fhir::Type* as_fhir(const StaticType& type, const fhir::Definitions& definitions) {
  static constexpr std::string_view names[] = {"",     "boolean",  "string", "integer", "decimal",
                                               "date", "dateTime", "time",   "Quantity"};
  if (type.type || type.system == SystemType::none) return type.type;
  return definitions.find_type(names[std::size_t(type.system)]);
}

std::vector<const fhir::Type*> types_of(const Static& result, const fhir::Definitions& definitions) {
  std::vector<const fhir::Type*> types;
  for (const StaticType& possible : result.types) {
    const fhir::Type* type = as_fhir(possible, definitions);
    if (!type) return {};
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  }
  return types;
}

Problem to_problem(const Failure& failure, std::string_view text) {
  const std::string_view from = text.substr(std::min(failure.position, text.size()), 40);
  const std::string offending(from.substr(0, utf8_bytes(from)));  // no half character at the end
  return problem(Kind::incorrect, fmt::format("{}, at position {}", failure.message, failure.position),
                 offending, "invalid");
}

}  // namespace

Result<Expression> Expression::compile(std::string_view text, const CompileOptions& options,
                                       Failure* failure) {
  Failure own;
  Failure& found = failure ? *failure : own;
  const fhir::Definitions& definitions = options.definitions ? *options.definitions : fhir::Definitions::r4();
  auto plan = std::make_shared<Plan>();
  plan->text = text;
  Node root;
  if (!parse(text, root, found)) return to_problem(found, text);
  Compiler compiler{options, definitions, plan->arena, plan->record_members, found, context_of(options)};
  Static result;
  if (!compiler.compile(root, focus_of(options), plan->root, result)) return to_problem(found, text);
  if (result.known) plan->result_types = types_of(result, definitions);
  for (const StaticType& type : result.types)
    if (type.element) plan->result_elements.push_back(type.element);
  Expression expression;
  expression.plan_ = std::move(plan);
  return expression;
}

Result<Collection> Expression::evaluate(Evaluation& evaluation, const Collection& focus,
                                        Failure* failure) const {
  Evaluation::State& state = evaluation.state();
  const Collection* outer = std::exchange(state.root, &focus);
  // variables of an outer expression that has called this one
  auto defined = std::exchange(state.defined, {});
  state.error.reset();
  const Scope scope{&focus};
  Collection result;
  const bool done = plan_->root.function({state, plan_->root, focus, scope, result});
  state.root = outer;
  state.defined = std::move(defined);
  if (!done && failure) *failure = state.failure;
  if (!done) return *std::exchange(state.error, std::nullopt);
  return result;
}

std::string_view Expression::text() const { return plan_->text; }
std::span<const fhir::Type* const> Expression::result_types() const { return plan_->result_types; }
std::span<const fhir::Element* const> Expression::result_elements() const { return plan_->result_elements; }
std::span<const std::string> Expression::record_members() const { return plan_->record_members; }

Evaluation::Evaluation(const fhir::Definitions& definitions)
    : state_(std::make_unique<State>(*this, definitions)) {}
Evaluation::~Evaluation() = default;

json::Arena& Evaluation::arena() { return state_->arena; }
const fhir::Definitions& Evaluation::definitions() const { return state_->definitions; }
void Evaluation::set_now(Instant now) { state_->now = now; }
void Evaluation::reset_steps(std::size_t steps_max) { state_->steps_max = state_->steps_left = steps_max; }

void Evaluation::set_variable(std::string_view name, Collection value) {
  for (auto& [known, held] : state_->variables) {
    if (known != name) continue;
    held = std::move(value);
    return;
  }
  state_->variables.emplace_back(name, std::move(value));
}

const Collection* Evaluation::find_variable(std::string_view name) const {
  for (const auto& [known, held] : state_->variables)
    if (known == name) return &held;
  return nullptr;
}

Item resource_item(json::Value resource, const fhir::Definitions& definitions) {
  return {.value = resource, .type = definitions.find_resource(resource["resourceType"].text())};
}

Item typed_item(json::Value value, const fhir::Type* type) { return {.value = value, .type = type}; }
Item system_item(json::Value value, SystemType type) { return {.value = value, .system = type}; }

bool is_true(const Collection& collection) {
  if (collection.empty()) return false;
  return collection.size() > 1 || !collection[0].value.is_boolean() || collection[0].value.truth();
}

std::string to_text(const Item& item) {
  if (item.value.is_boolean()) return item.value.truth() ? "true" : "false";
  return std::string(item.value.text());
}

std::string_view type_name(const Item& item) {
  return item.type ? item.type->name : system_name(kind_of(item));
}

}  // namespace handoff::fhirpath
