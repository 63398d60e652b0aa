// CodeSystem/$lookup and CodeSystem/$subsumes (R4 "codesystem-operation-lookup", "codesystem-operation-subsumes").
#include "rest/terminology_input.h"

namespace handoff::rest {
namespace {

Result<std::string> looked_up(const Context& context, const Call& call) {
  if (auto checked = check_reader(call.requester, "CodeSystem"); !checked) return checked.error();
  const auto input = OperationInput::read(call, {"code", "system", "version", "coding"});
  if (!input) return input.error();
  const auto codes = codes_in(*input);
  return terminology::lookup(context.terminology, codes.empty() ? terminology::CodeQuestion{} : codes.front());
}

Result<std::string> compared(const Context& context, const Call& call) {
  if (auto checked = check_reader(call.requester, "CodeSystem"); !checked) return checked.error();
  const auto input = OperationInput::read(call, {"codeA", "codeB", "system", "codingA", "codingB"});
  if (!input) return input.error();
  const json::Value a = input->value("codingA"), b = input->value("codingB");
  if (!a || !b) return terminology::subsumes(context.terminology, input->text("system"), input->text("codeA"), input->text("codeB"));
  if (a["system"].text() != b["system"].text())
    return problem(Kind::incorrect, "both codes must be of one system", "http.codingB", "invalid");
  return terminology::subsumes(context.terminology, a["system"].text(), a["code"].text(), b["code"].text());
}

}  // namespace

Step lookup(const Context& context, Call& call) { return operation_answer(looked_up(context, call)); }
Step subsumes(const Context& context, Call& call) { return operation_answer(compared(context, call)); }

}  // namespace handoff::rest
