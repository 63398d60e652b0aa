// An answer to an operator that is no FHIR resource, such as a review. The ledger notes whose records it is
// about.
#pragma once

#include <string>
#include <vector>

#include "disclosure/disclosed.h"
#include "fhir/resource_id.h"

namespace handoff::disclosure {

// `patients`: sorted. If empty, the answer is about nobody, and nothing is noted.
Disclosed custodian_answer(const std::string& client, std::string_view channel,
                           const std::vector<fhir::Reference>& patients, std::string bytes);

}  // namespace handoff::disclosure
