// ValueSet/$expand (R4 "valueset-operation-expand"): the codes of a value set that is known here or sent in
// the body.
#include "rest/operations/terminology_input.h"
#include "terminology/expansion.h"

namespace handoff::rest {

extern const Operation expand;

namespace {

constexpr std::string_view parameters[] = {"url",    "valueSet", "valueSetVersion", "filter",
                                           "offset", "count",    "activeOnly",      "includeDesignations"};

Result<std::string> expanded(const Context& context, const Call& call) {
  const auto input = OperationInput::read(expand, call);
  if (!input) return input.error();
  std::optional<terminology::ValueSet> posted;
  const auto value_set = value_set_in(context.terminology, *input, posted);
  if (!value_set) return value_set.error();
  const auto offset = input->number("offset"), count = input->number("count");
  if (!offset) return offset.error();
  if (!count) return count.error();
  const auto active_only = input->truth("activeOnly"),
             with_designations = input->truth("includeDesignations");
  if (!active_only) return active_only.error();
  if (!with_designations) return with_designations.error();
  return terminology::expand(
      context.terminology, **value_set,
      {input->text("filter"), offset->value_or(0), *count, *active_only, *with_designations},
      context.gate.now());
}

}  // namespace

const Operation expand{
    "expand",
    "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
    "ValueSet",
    Level::type,
    true,
    "r",
    parameters,
    [](const Context& context, Call& call) -> Step { return operation_answer(expanded(context, call)); }};

}  // namespace handoff::rest
