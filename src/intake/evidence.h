// Evidence as JSON, as the store keeps it and operators see it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "identity/recognition.h"
#include "json/value.h"

namespace handoff::intake {

// {"links": [{"system", "value"}], "medicaid", "family", "given", "birthDate", "sex"}. Missing information is
// left out.
json::Value to_json(json::Arena& arena, const identity::PersonClaim& claim);
std::string to_text(const identity::PersonClaim& claim);
identity::PersonClaim claim_of(std::string_view text);

// [{"patient", "for": [{"kind", "says", "known": […]}], "against": […]}]
json::Value to_json(json::Arena& arena, const std::vector<identity::Candidate>& candidates);
std::string to_text(const std::vector<identity::Candidate>& candidates);

// The claims in the Patient resource itself, one for each number and name.
std::vector<identity::PersonClaim> claims_of(json::Value patient);

}  // namespace handoff::intake
