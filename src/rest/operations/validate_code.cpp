// ValueSet/$validate-code and CodeSystem/$validate-code (R4 "valueset-operation-validate-code",
// "codesystem-operation-validate-code").
#include "rest/operations/terminology_input.h"

namespace handoff::rest {

extern const Operation validate_code_in_value_set, validate_code_in_system;

namespace {

constexpr std::string_view value_set_parameters[] = {"url",     "valueSet", "valueSetVersion",
                                                     "code",    "system",   "systemVersion",
                                                     "display", "coding",   "codeableConcept"};
constexpr std::string_view system_parameters[] = {"url",     "code",   "version",
                                                  "display", "coding", "codeableConcept"};

Result<std::string> in_value_set(const Context& context, const Call& call) {
  const auto input = OperationInput::read(validate_code_in_value_set, call);
  if (!input) return input.error();
  std::optional<terminology::ValueSet> posted;
  const auto value_set = value_set_in(context.terminology, *input, posted);
  if (!value_set) return value_set.error();
  auto codes = codes_in(*input);
  if (!codes) return codes.error();
  // Here `url` names the value set, not the code system.
  if (!input->text("code").empty() && !codes->empty()) codes->front().system = input->text("system");
  return terminology::validate_code(context.terminology, **value_set, *codes);
}

Result<std::string> in_code_system(const Context& context, const Call& call) {
  const auto input = OperationInput::read(validate_code_in_system, call);
  if (!input) return input.error();
  const auto codes = codes_in(*input);
  if (!codes) return codes.error();
  return terminology::validate_code(context.terminology, *codes);
}

}  // namespace

const Operation validate_code_in_value_set{
    "validate-code",
    "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
    "ValueSet",
    Level::type,
    true,
    "r",
    value_set_parameters,
    [](const Context& context, Call& call) -> Step { return operation_answer(in_value_set(context, call)); }};

const Operation validate_code_in_system{"validate-code",
                                        "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
                                        "CodeSystem",
                                        Level::type,
                                        true,
                                        "r",
                                        system_parameters,
                                        [](const Context& context, Call& call) -> Step {
                                          return operation_answer(in_code_system(context, call));
                                        }};

}  // namespace handoff::rest
