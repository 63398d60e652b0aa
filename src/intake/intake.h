// Takes program records in, one by one, whoever brings them: a folder day by day (calendar.h), a file that
// was sent (sent_file.h). What refers to something that has not come waits for it. What names a person by
// evidence that contradicts waits for somebody to decide. Nothing is lost, nothing is taken in twice.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "admission/admission.h"
#include "core/result.h"
#include "intake/office.h"
#include "intake/record_file.h"
#include "intake/taking.h"
#include "intake/waiters.h"

namespace handoff::intake {

// Takes records in, or only says what would become of them.
enum class Mode { take, try_out };

// A record that the store cannot take just now is rejected, or stays as it was, and who brings it is told.
enum class Loss { rejects, is_told };

// One thread at a time, which has the office's turn where it takes records in. The office outlives it, and so
// do the records that it was given.
class Intake {
 public:
  explicit Intake(const Office& office, Mode mode = Mode::take, Loss loss = Loss::rejects);

  // Takes the record in as it is at `stage` (−1: it has no dates), or at the newest one of a later day that
  // has come. Takes in whoever had waited for it, too. A record that was rejected, or waits, stays as it is.
  // Gives its fate. Problem: as finish().
  Result<Fate> take(Record& record, int stage);
  // The same of several that follow each other: those that do not build on each other are written together.
  // What became of the last ones stands in the records after finish().
  void begin(Record& record, int stage);
  // Problem: unavailable, busy (the store), with Loss::is_told: what was begun may be taken again, and
  // nothing is lost.
  Result<void> finish();
  // What came by another way (a review that was decided): whoever waits for it is taken in.
  void arrived(const std::vector<Arrival>& arrivals);

  const Woken& woken() const { return waiters_.woken(); }  // of other files and times
  double map_seconds() const { return map_seconds_; }      // spent running mappings
  double load_seconds() const { return load_seconds_; }    // spent admitting what they made

 private:
  using WaitKey = std::tuple<std::string, std::string, std::string>;  // type, system, value

  // A record that was mapped and is not written yet.
  struct Next {
    Record* record;
    Made made;
  };

  bool fits_group(const Record& record) const;
  bool names_somebody_of_group(const Made& made) const;
  std::optional<Made> make(Record& record, int stage);
  void write_group();
  std::vector<Result<admission::Receipt>> admit(const std::vector<Next>& group) const;
  void settle(const Next& next, const Result<admission::Receipt>& receipt);
  void wait_for(Record& record, int stage, const mapping::Waiting& waiting);
  void hold(Record& record, const mapping::Held& held);
  void wake_all();
  void wake(const WaitKey& key);

  const Office& office_;
  const Mode mode_;
  const Loss loss_;
  Waiters waiters_;
  std::vector<Next> group_;
  std::set<identity::Identifier> people_;    // keys of the persons that the group brings
  std::multimap<WaitKey, Record*> waiting_;  // a record waits for one thing at a time
  std::vector<Arrival> came_;                // since the last wake_all()
  std::optional<Problem> failure_;           // of the store, since the last finish()
  double map_seconds_ = 0, load_seconds_ = 0;
};

}  // namespace handoff::intake
