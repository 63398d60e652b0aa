// Reviews as operators see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "store/people.h"
#include "store/record.h"

namespace handoff::intake {

// A review as a row of a list. Values live in `arena`.
json::Value listed(json::Arena& arena, const store::Review& review);
// The whole review: the record's values, and the candidates as they are now.
json::Value shown(json::Arena& arena, const store::Review& review, store::StoredRecord& record);

// "Patient/x" of each candidate, and of the person in the decision.
std::vector<std::string> patients_of(const store::Review& review);

// An entry of the ledger about a decision. `more` has additional members, as JSON text that begins with a
// comma.
std::string decision_note(std::string_view action, std::string_view actor, std::string_view reason,
                          std::string_view more);

std::string json_text(std::string_view text);                  // as a JSON string
std::string json_list(const std::vector<std::string>& texts);  // as a JSON array

}  // namespace handoff::intake
