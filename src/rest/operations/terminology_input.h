// Codes as the terminology operations are asked with them: code and system, a coding, a codeableConcept.
#pragma once

#include "rest/operations/operation_input.h"
#include "rest/http/permission.h"
#include "terminology/questions.h"

namespace handoff::rest {

std::vector<terminology::CodeQuestion> codes_in(const OperationInput& input);

// The value set that is named by url, or posted. Problem: incorrect (neither), not_found. What is posted lives in `posted`.
Result<const terminology::ValueSet*> value_set_in(const terminology::Terminology& terminology, const OperationInput& input,
                                                  std::optional<terminology::ValueSet>& posted);

}  // namespace handoff::rest
