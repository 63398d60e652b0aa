// Who decides on records whose evidence contradicts, as REST sees it: what lies behind knows feeds and mappings, which REST does not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace handoff::rest {

// What an operator decided.
struct ReviewRuling {
  std::string action;                                       // same, different, correct, split
  std::string id;                                           // of the review; of split, the Patient
  std::string patient;                                      // same
  std::vector<std::pair<std::string, std::string>> fields;  // correct
  std::string actor, reason;
};

// All functions from any thread; they may wait for the store.
class ReviewDesk {
 public:
  struct Told {
    std::string json;
    std::vector<std::string> patients;  // "Patient/x": whose records it tells of
  };
  virtual ~ReviewDesk() = default;
  virtual Told list(std::string_view patient, std::int64_t after) const = 0;
  virtual Result<Told> show(std::int64_t id) const = 0;
  virtual Result<Told> decide(const ReviewRuling& ruling) = 0;
};

}  // namespace handoff::rest
