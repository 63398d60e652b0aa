// Takes program records in, day by day, as they became known: each record on its first date as it was then, and changed on
// its later ones. What refers to something that has not come waits for it, what names a person by evidence that contradicts waits for
// somebody to decide; nothing is lost, nothing is taken in twice.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "core/civil.h"
#include "core/clock.h"
#include "core/result.h"
#include "intake/feed.h"
#include "intake/office.h"
#include "intake/taking.h"
#include "intake/waiters.h"
#include "store/store.h"

namespace handoff::intake {

// records = mapped + rejected + duplicates + waiting + review + later + empty.
struct FeedReport {
  std::string feed;
  bool unmapped = false;
  std::size_t records = 0;
  std::size_t mapped = 0;
  std::vector<mapping::Rejection> rejected;  // by record number
  std::size_t duplicates = 0;
  std::size_t waiting = 0;
  std::size_t review = 0;  // a person must say whose they are
  std::size_t later = 0;
  std::size_t empty = 0;  // nothing is made of them: no `when` holds
};

// Takes records in, or only says what would become of them.
enum class Mode { take, try_out };

// One thread, which has the office's turn where it takes records in; but for arrived(). The caller sets the gateway's clock before each
// day. The office outlives it.
class Intake {
 public:
  explicit Intake(const Office& office, Mode mode = Mode::take);

  // Reads the file and plans its records up to `as_of`. Problem: incorrect (the file as such), with its name.
  Result<void> add(Feed feed, Instant as_of);
  // The same of a file that was sent.
  Result<void> add(Feed feed, std::string bytes, Instant as_of);

  // The days on which something is to be taken in, ascending. The first also takes what has no date.
  std::vector<CivilDate> days() const;
  void take(CivilDate day);
  // Instead of days: up to `count` of the records, each as it stands at the end, in the order of their first days. False: none is left.
  // Problem: unavailable, busy (the store): none of what this call began is lost, and it may be called again.
  Result<bool> take_some(std::size_t count);
  std::size_t left() const;  // that take_some() has not taken yet
  // What came by another way (a review that was decided): whoever waits for it is taken in. Any thread, also while a day is taken.
  void arrived(const std::vector<Arrival>& arrivals);
  std::vector<FeedReport> report() const;
  double map_seconds() const { return map_seconds_; }    // spent reading files and running mappings
  double load_seconds() const { return load_seconds_; }  // spent admitting what they made
  const Woken& woken() const { return waiters_.woken(); }  // of other files and times

 private:
  enum class Fate { planned, mapped, rejected, duplicate, waiting, review, later, empty };
  struct Record {
    const mapping::SourceRecord* source = nullptr;
    std::vector<Instant> stages;
    Fate fate = Fate::planned;
    mapping::Rejection rejection;
  };
  struct FeedState {
    Feed feed;
    mapping::Source source;
    std::vector<Record> records;
  };
  // One step of a day: stage −1 is a record without dates.
  struct Step {
    int order;
    std::size_t feed;
    std::size_t record;
    int stage;
    auto operator<=>(const Step&) const = default;
  };
  using WaitKey = std::tuple<std::string, std::string, std::string>;  // type, system, value

  // A record of a file that was mapped and is not written yet.
  struct Next {
    std::size_t feed;
    std::size_t record;
    Made made;
  };

  void plan(std::size_t feed, Instant as_of);
  void take_steps(std::vector<Step> steps);
  int stage_now(const Record& record, int stage) const;
  TakenRecord record_of(std::size_t feed, std::size_t record) const;
  std::optional<Next> make(std::size_t feed, std::size_t record, int stage);
  void write(std::vector<Next>& group);
  std::vector<Result<admission::Receipt>> admit(const std::vector<Next>& group) const;
  void wait_for(std::size_t feed, std::size_t record, int stage, const mapping::Waiting& waiting);
  void hold(std::size_t feed, std::size_t record, const mapping::Held& held);
  void reject(FeedState& state, Record& record, mapping::Rejection rejection);
  void wake(const WaitKey& key);
  void wake_all();

  const Office& office_;
  const Mode mode_;
  mutable std::mutex mutex_;  // of all below
  Waiters waiters_;
  std::vector<FeedState> feeds_;
  std::map<CivilDate, std::vector<Step>> steps_;
  std::vector<Step> undated_;
  bool undated_taken_ = false;
  std::multimap<WaitKey, std::pair<std::size_t, std::size_t>> waiting_;  // feed, record
  std::vector<Arrival> came_;                                            // since the last wake_all()
  std::vector<Step> at_the_end_;                                         // take_some(), the next one last
  bool is_sorted_ = false;
  std::optional<Problem> failure_;  // of the store, in what is under way
  double map_seconds_ = 0, load_seconds_ = 0;
};

}  // namespace handoff::intake
