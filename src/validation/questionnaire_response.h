// Checks a QuestionnaireResponse against its Questionnaire (R4 "questionnaireresponse"). Items must be where
// the form has them. Required and enabled questions need answers, of the right number and type.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

void check_questionnaire_response(Context& context, const At& response);

}  // namespace handoff::validation
