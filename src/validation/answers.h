// Checks the answers to one question: their type, the options or value set, bounds, and their number.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// `answers`: those of one response item, at `path`. `question`: the Questionnaire's item.
void check_answers(Context& context, json::Value question, json::Value answers, const Path& path);
// True if this is the answer that an enableWhen or an answerOption names. Both have one value[x].
bool is_same_answer(json::Value answer, json::Value other, std::string_view other_prefix);
// The value[x] of an answer, an option or an extension: the member, and the name of its type ("Coding").
json::Member value_of(json::Value holder, std::string_view prefix = "value");
fhirpath::Item answer_item(const Context& context, const json::Member& value,
                           std::string_view prefix = "value");

}  // namespace handoff::validation
