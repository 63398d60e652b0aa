// Decisions about records with contradicting evidence, as REST sees them. The implementation knows feeds and
// mappings; REST does not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "fhir/resource_id.h"

namespace handoff::rest {

// What an operator decided.
struct ReviewRuling {
  std::string action;                                       // same, different, correct, split
  std::string id;                                           // of the review; for split, of the Patient
  std::string patient;                                      // for same
  std::vector<std::pair<std::string, std::string>> fields;  // for correct
  std::string actor, reason;
};

// All functions: any thread. They may wait for the store.
class ReviewDesk {
 public:
  struct Answer {
    std::string json;
    std::vector<fhir::Reference> patients;  // whose records the answer is about
  };
  virtual ~ReviewDesk() = default;
  virtual Answer list(std::string_view patient, std::int64_t after) const = 0;
  virtual Result<Answer> show(std::int64_t id) const = 0;
  virtual Result<Answer> decide(const ReviewRuling& ruling) = 0;
};

}  // namespace handoff::rest
