// What an operator is shown that is no FHIR resource, such as a review. The ledger notes whose records it tells of.
#pragma once

#include <string>
#include <vector>

#include "disclosure/disclosed.h"

namespace handoff::disclosure {

// `patients`: "Patient/x", sorted; empty if the answer tells of nobody, and then nothing is noted.
Disclosed custodian_answer(const std::string& client, std::string_view channel, const std::vector<std::string>& patients,
                           std::string bytes);

}  // namespace handoff::disclosure
