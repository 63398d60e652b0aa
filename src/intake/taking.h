// One record on its way in: mapped by what the store knows, and made a submission. From a file (intake.h), or from the review in
// which it was held (reviews.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "admission/admission.h"
#include "intake/office.h"
#include "intake/world.h"
#include "mapping/mapping.h"
#include "store/store.h"

namespace handoff::intake {

struct TakenRecord {
  std::string feed;
  const mapping::Mapping* mapping = nullptr;
  const mapping::SourceRecord* source = nullptr;
  const std::vector<Instant>* stages = nullptr;
  std::string_view file, file_hash;
  json::Value corrected = {};  // the values as a person puts them right just now
};

// A record that was mapped and is not written yet. Holds what its submission refers to.
struct Made {
  mapping::Mapped mapped;
  std::unique_ptr<StoredWorld> world;
  admission::Submission submission;
  bool is_new = true;  // false: this state was taken in before; there is nothing to write
};

using Taking = std::variant<Made, mapping::Rejection, mapping::Waiting, mapping::Held>;

store::IntakeState state_of(const TakenRecord& record, int stage);

// The newest stage that has come; the first, where none has; −1: the record has no dates.
int newest_stage(const std::vector<Instant>& stages, Instant now);

// Maps the record as it is at `stage` (−1: a record without dates). One that could not be taken in as it becomes later is rejected now, so
// that nothing of it is left behind.
Taking take(const TakenRecord& record, int stage, const Means& means, const std::optional<Decision>& decision = {});

// The row under which a held record waits for a person.
store::Review review_of(const TakenRecord& record, const mapping::Held& held);

// Under what another record may name the same person: none of a record that only refers to one.
std::vector<identity::Identifier> person_keys(const Made& made);

// What others may have waited for.
struct Arrival {
  std::string type;
  identity::Identifier identifier;
};
std::vector<Arrival> arrivals_of(const Made& made);

}  // namespace handoff::intake
