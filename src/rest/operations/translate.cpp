// ConceptMap/$translate (R4 "conceptmap-operation-translate").
#include "rest/operations/terminology_input.h"

namespace handoff::rest {

extern const Operation translate;

namespace {

constexpr std::string_view parameters[] = {"url",    "code",         "system",  "version", "source",
                                           "target", "targetsystem", "reverse", "coding",  "codeableConcept"};

Result<std::string> translated(const Context& context, const Call& call) {
  const auto input = OperationInput::read(translate, call);
  if (!input) return input.error();
  const auto is_reverse = input->truth("reverse");
  if (!is_reverse) return is_reverse.error();
  auto codes = codes_in(*input);
  if (!codes) return codes.error();
  // Here `url` names the map, not the code system.
  if (!input->text("code").empty() && !codes->empty()) codes->front().system = input->text("system");
  return terminology::translate(context.terminology,
                                {input->text("url"), input->text("source"), input->text("target"),
                                 input->text("targetsystem"), *is_reverse, std::move(*codes)});
}

}  // namespace

const Operation translate{
    "translate",
    "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
    "ConceptMap",
    Level::type,
    true,
    "r",
    parameters,
    [](const Context& context, Call& call) -> Step { return operation_answer(translated(context, call)); }};

}  // namespace handoff::rest
