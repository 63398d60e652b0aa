// Takes program records in, one by one, from a folder day by day (calendar.h) or from a file that was sent
// (sent_file.h). A record that refers to something missing waits for it. A record with contradicting evidence
// about its person waits for somebody to decide. Nothing is lost, and nothing is taken in twice.
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

// Takes records in, or only says what would happen to them.
enum class Mode { take, try_out };

// If the store cannot take a record now, the record is rejected, or it stays unchanged and the caller is
// told.
enum class Loss { rejects, is_reported };

// One thread at a time. It must hold the office's turn while it takes records in. The office and the given
// records must outlive it.
class Intake {
 public:
  explicit Intake(const Office& office, Mode mode = Mode::take, Loss loss = Loss::rejects);

  // Takes the record in as it is at `stage` (−1: it has no dates). If the stage of a later day has come,
  // takes the newest one instead. Also takes in the records that waited for it. A record that was rejected or
  // waits stays as it is. Returns its fate. Problem: as finish().
  Result<Fate> take(Record& record, int stage);
  // The same for several records in a row. Those that do not depend on each other are written together. The
  // outcomes of the last ones are in the records after finish().
  void begin(Record& record, int stage);
  // Problem: unavailable, busy (the store), with Loss::is_reported. Then the begun records may be taken
  // again, and nothing is lost.
  Result<void> finish();
  // Reports what came another way (a review that was decided). The records that wait for it are taken in.
  void arrived(const std::vector<Arrival>& arrivals);

  const Woken& woken() const { return waiters_.woken(); }  // records of other files and times
  double map_seconds() const { return map_seconds_; }      // seconds spent running mappings
  double load_seconds() const { return load_seconds_; }    // seconds spent admitting the results

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
  std::set<identity::Identifier> people_;    // keys of the people that the group brings
  std::multimap<WaitKey, Record*> waiting_;  // a record waits for one thing at a time
  std::vector<Arrival> came_;                // since the last wake_all()
  std::optional<Problem> failure_;           // of the store, since the last finish()
  double map_seconds_ = 0, load_seconds_ = 0;
};

}  // namespace handoff::intake
