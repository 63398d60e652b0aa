// The codes in a call of a terminology operation: as code and system, as coding, or as codeableConcept.
#pragma once

#include "rest/http/permission.h"
#include "rest/operations/operation_input.h"
#include "terminology/questions.h"

namespace handoff::rest {

// Problem: incorrect, if a codeableConcept has more than limits::asked_codings_max codings.
Result<std::vector<terminology::CodeQuestion>> codes_in(const OperationInput& input);

// The value set that the call names by url, or has in the body. Problem: incorrect (neither), not_found. A
// value set from the body is kept in `posted`.
Result<const terminology::ValueSet*> value_set_in(const terminology::Terminology& terminology,
                                                  const OperationInput& input,
                                                  std::optional<terminology::ValueSet>& posted);

}  // namespace handoff::rest
