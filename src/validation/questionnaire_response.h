// A QuestionnaireResponse against its Questionnaire (R4 "questionnaireresponse"): items where the form has them, answers to what is
// required and enabled, as many and of the kind that each question wants.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_questionnaire_response(Context& context, const At& response);

}  // namespace handoff::validation
