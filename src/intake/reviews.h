// Records that wait for a person to say whose they are (contracts: `handoff review`, /operator/reviews). It
// shows what speaks for and against, and applies decisions. A decision takes effect at once, is recorded in
// the ledger, and remembers the evidence.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/resource_id.h"
#include "intake/office.h"
#include "intake/taking.h"

namespace handoff::intake {

// Who decides, and why.
struct Ruling {
  std::string actor;  // "client operator"
  std::string reason;
};

// JSON for operators. `patients` are the people that it tells of, for the ledger.
struct ReviewAnswer {
  std::string json;
  std::vector<fhir::Reference> patients;
};

// Any thread. One decision at a time.
class Reviews {
 public:
  // The office must outlive this.
  explicit Reviews(const Office& office) : office_(office) {}

  // The listener gets what a decision took in, so that waiting records of a Calendar are woken. An empty
  // function: no listener. Waiting records in the store are woken in any case.
  void set_listener(std::function<void(const std::vector<Arrival>&)> listener);

  // {"reviews": [{"id", "feed", "record", "key", "held", "discloser", "claim", "candidates"}], "next": id or
  // null}, oldest first. Lists open reviews, or only those with the candidate `patient`. A page begins after
  // `after`, the `next` of the page before.
  ReviewAnswer list(std::string_view patient = {}, std::int64_t after = 0) const;
  // One review, also a decided one, with the record's values. Problem: not_found.
  Result<ReviewAnswer> show(std::int64_t id) const;

  // same: the record is this candidate's. different: it belongs to somebody who is not known yet. correct: it
  // is tried again with corrected fields.
  // {"review", "state", "patient", "also": [reviews that this settled], "candidates": only if it still
  // contradicts}
  // Problem: not_found, conflict (decided before; what it refers to does not exist yet), incorrect (no
  // candidate; a field), unprocessable (the record is rejected), unavailable (no mapping).
  Result<ReviewAnswer> same(std::int64_t id, std::string_view patient, const Ruling& ruling);
  Result<ReviewAnswer> different(std::int64_t id, const Ruling& ruling);
  Result<ReviewAnswer> correct(std::int64_t id, const mapping::FieldTexts& fields, const Ruling& ruling);

  // Undoes a wrong merge: split.h.
  Result<ReviewAnswer> split(std::string_view patient, const Ruling& ruling);

 private:
  struct Loaded;
  Result<Loaded> load(std::int64_t id) const;
  Result<Loaded> load(store::Review review) const;
  Result<ReviewAnswer> take_in(Loaded& loaded, const std::optional<Decision>& decision,
                               std::string_view state, const Ruling& ruling);
  Result<void> write(const Made& made);
  static Problem refused_write(const Loaded& loaded, const Made& made, const Problem& problem);
  std::vector<std::int64_t> settle_others(const Made& made);
  std::vector<store::Review> open_reviews() const;
  void tell(std::vector<Arrival> arrivals) const;

  const Office& office_;
  mutable std::mutex mutex_;  // of all below
  std::function<void(const std::vector<Arrival>&)> listener_;
};

}  // namespace handoff::intake
