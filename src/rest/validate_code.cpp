// ValueSet/$validate-code and CodeSystem/$validate-code (R4 "valueset-operation-validate-code", "codesystem-operation-validate-code").
#include "rest/terminology_input.h"

namespace handoff::rest {
namespace {

Result<std::string> in_value_set(const Context& context, const Call& call) {
  if (auto checked = check_reader(call.requester, "ValueSet"); !checked) return checked.error();
  const auto input = OperationInput::read(
      call, {"url", "valueSet", "valueSetVersion", "code", "system", "systemVersion", "display", "coding", "codeableConcept"});
  if (!input) return input.error();
  std::optional<terminology::ValueSet> posted;
  const auto value_set = value_set_in(context.terminology, *input, posted);
  if (!value_set) return value_set.error();
  auto codes = codes_in(*input);
  // Of a value set, url is not the system's.
  if (!input->text("code").empty() && !codes.empty()) codes.front().system = input->text("system");
  return terminology::validate_code(context.terminology, **value_set, codes);
}

Result<std::string> in_code_system(const Context& context, const Call& call) {
  if (auto checked = check_reader(call.requester, "CodeSystem"); !checked) return checked.error();
  const auto input = OperationInput::read(call, {"url", "code", "version", "display", "coding", "codeableConcept"});
  if (!input) return input.error();
  return terminology::validate_code(context.terminology, codes_in(*input));
}

}  // namespace

Step validate_code_in_value_set(const Context& context, Call& call) { return operation_answer(in_value_set(context, call)); }
Step validate_code_in_system(const Context& context, Call& call) { return operation_answer(in_code_system(context, call)); }

}  // namespace handoff::rest
