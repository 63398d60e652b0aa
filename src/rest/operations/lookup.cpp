// CodeSystem/$lookup and CodeSystem/$subsumes (R4 "codesystem-operation-lookup",
// "codesystem-operation-subsumes").
#include "rest/operations/terminology_input.h"

namespace handoff::rest {

extern const Operation lookup, subsumes;

namespace {

constexpr std::string_view lookup_parameters[] = {"code", "system", "version", "coding"};
constexpr std::string_view subsumes_parameters[] = {"codeA", "codeB", "system", "codingA", "codingB"};

Result<std::string> looked_up(const Context& context, const Call& call) {
  const auto input = OperationInput::read(lookup, call);
  if (!input) return input.error();
  const auto codes = codes_in(*input);
  if (!codes) return codes.error();
  return terminology::lookup(context.terminology,
                             codes->empty() ? terminology::CodeQuestion{} : codes->front());
}

Result<std::string> compared(const Context& context, const Call& call) {
  const auto input = OperationInput::read(subsumes, call);
  if (!input) return input.error();
  const json::Value a = input->value("codingA"), b = input->value("codingB");
  if (!a || !b)
    return terminology::subsumes(context.terminology, input->text("system"), input->text("codeA"),
                                 input->text("codeB"));
  if (a["system"].text() != b["system"].text())
    return problem(Kind::incorrect, "both codes must be of one system", "http.codingB", "invalid");
  return terminology::subsumes(context.terminology, a["system"].text(), a["code"].text(), b["code"].text());
}

}  // namespace

const Operation lookup{
    "lookup",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
    "CodeSystem",
    Level::type,
    true,
    "r",
    lookup_parameters,
    [](const Context& context, Call& call) -> Step { return operation_answer(looked_up(context, call)); }};

const Operation subsumes{
    "subsumes",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
    "CodeSystem",
    Level::type,
    true,
    "r",
    subsumes_parameters,
    [](const Context& context, Call& call) -> Step { return operation_answer(compared(context, call)); }};

}  // namespace handoff::rest
