// Reviews as operators see them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/resource_id.h"
#include "json/document.h"
#include "store/people.h"
#include "store/record.h"

namespace handoff::intake {

// A review as a row of a list. Values live in `arena`.
json::Value listed(json::Arena& arena, const store::Review& review);
// The whole review: the record's values, and the candidates as they are now.
json::Value shown(json::Arena& arena, const store::Review& review, store::StoredRecord& record);

// Each candidate, and the person in the decision.
std::vector<fhir::Reference> patients_of(const store::Review& review);

// What the ledger holds of a decision.
struct DecisionNote {
  std::string_view action;
  std::string_view actor;
  std::string_view reason;
  std::optional<std::int64_t> review = {};  // its number
  std::optional<fhir::Reference> patient = {};
  std::vector<fhir::Reference> people = {};  // into whom the patient is split; empty: no split

  std::string to_json() const;
};

}  // namespace handoff::intake
