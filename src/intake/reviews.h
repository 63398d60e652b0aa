// Records that wait for a person to say whose they are (contracts: `handoff review`, /operator/reviews): what speaks for and
// against, and what becomes of them. A decision takes effect at once, is recorded in the ledger, and remembers the evidence.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "intake/office.h"
#include "intake/taking.h"

namespace handoff::intake {

// Who decides, and why.
struct Ruling {
  std::string actor;  // "client operator"
  std::string reason;
};

// JSON for operators, and whose records it tells of ("Patient/x"): for the ledger.
struct Told {
  std::string json;
  std::vector<std::string> patients;
};

// Any thread; one decision at a time.
class Reviews {
 public:
  // The office outlives this.
  explicit Reviews(const Office& office) : office_(office) {}

  // Hears what a decision took in, so that the records of a Calendar which wait for it are woken; an empty
  // function: nobody. Those that the store keeps are woken anyway.
  void set_listener(std::function<void(const std::vector<Arrival>&)> listener);

  // {"reviews": [{"id", "feed", "record", "key", "held", "discloser", "claim", "candidates"}], "next": id or null}, oldest first: those
  // that are open, of one candidate if `patient` names one. A page begins behind `after`, the `next` of the one before.
  Told list(std::string_view patient = {}, std::int64_t after = 0) const;
  // One of them, decided ones too, with the record's values. Problem: not_found.
  Result<Told> show(std::int64_t id) const;

  // The record is this candidate's; or somebody's who is not known yet; or it is tried again with fields put right.
  // {"review", "state", "patient", "also": [reviews that this settled], "candidates": of one that still contradicts}
  // Problem: not_found, conflict (decided before; what it refers to has not come), incorrect (no candidate; a field), unprocessable
  // (the record is rejected), unavailable (no mapping).
  Result<Told> same(std::int64_t id, std::string_view patient, const Ruling& ruling);
  Result<Told> different(std::int64_t id, const Ruling& ruling);
  Result<Told> correct(std::int64_t id, const mapping::FieldTexts& fields, const Ruling& ruling);

  // Undoes a wrong merge: split.h.
  Result<Told> split(std::string_view patient, const Ruling& ruling);

 private:
  struct Loaded;
  Result<Loaded> load(std::int64_t id) const;
  Result<Loaded> load(store::Review review) const;
  Result<Told> take_in(Loaded& loaded, const std::optional<Decision>& decision, std::string_view state, const Ruling& ruling);
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
