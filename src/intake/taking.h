// The intake of one record: it is mapped with the store's knowledge and becomes a submission. The record
// comes from a file (intake.h), or from the review that held it (reviews.h).
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
  json::Value corrected = {};  // the values as a person corrects them now
};

// A record that was mapped and is not written yet. It owns what its submission refers to.
struct Made {
  mapping::Mapped mapped;
  std::unique_ptr<StoredWorld> world;
  admission::Submission submission;
  bool is_new = true;  // false: this state was taken in before, nothing to write
};

using Taking = std::variant<Made, mapping::Rejection, mapping::Waiting, mapping::Held>;

store::IntakeState state_of(const TakenRecord& record, int stage);

// The newest stage that has come, or the first if none has come. −1: the record has no dates.
int newest_stage(const std::vector<Instant>& stages, Instant now);

// Maps the record as it is at `stage` (−1: it has no dates). If one of its later stages could not be taken
// in, it is rejected now, so that no part of it stays behind.
Taking take(const TakenRecord& record, int stage, const Means& means,
            const std::optional<Decision>& decision = {});

// The row for a held record that waits for a person.
store::Review review_of(const TakenRecord& record, const mapping::Held& held);

// The keys by which another record may name the same person. Empty for a record that only refers to a person.
std::vector<identity::Identifier> person_keys(const Made& made);

// Something that others may wait for.
struct Arrival {
  std::string type;
  identity::Identifier identifier;
};
std::vector<Arrival> arrivals_of(const Made& made);

}  // namespace handoff::intake
