// ConceptMap/$translate (R4 "conceptmap-operation-translate").
#include "rest/terminology_input.h"

namespace handoff::rest {
namespace {

Result<std::string> translated(const Context& context, const Call& call) {
  if (auto checked = check_reader(call.requester, "ConceptMap"); !checked) return checked.error();
  const auto input = OperationInput::read(
      call, {"url", "code", "system", "version", "source", "target", "targetsystem", "reverse", "coding", "codeableConcept"});
  if (!input) return input.error();
  const auto is_reverse = input->truth("reverse");
  if (!is_reverse) return is_reverse.error();
  auto codes = codes_in(*input);
  // Of a map, url is not the system's.
  if (!input->text("code").empty() && !codes.empty()) codes.front().system = input->text("system");
  return terminology::translate(context.terminology, {input->text("url"), input->text("source"), input->text("target"),
                                                      input->text("targetsystem"), *is_reverse, std::move(codes)});
}

}  // namespace

Step translate(const Context& context, Call& call) { return operation_answer(translated(context, call)); }

}  // namespace handoff::rest
