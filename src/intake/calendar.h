// Replays a folder of program records day by day, as they became known. Each record is taken in on its first
// date as it was then, and changed on its later dates. Within a day the order is that of the feeds (feed.h).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/civil.h"
#include "core/result.h"
#include "intake/feed.h"
#include "intake/intake.h"
#include "intake/record_file.h"

namespace handoff::intake {

// One thread, which must hold the office's turn while it takes a day. Only arrived() and report() may be
// called from any thread. The caller sets the gateway's clock before each day. The office must outlive it.
class Calendar {
 public:
  explicit Calendar(const Office& office) : office_(office), intake_(office) {}

  // Reads the file and plans its records up to `as_of`. Problem: incorrect, not_found (the file itself), with
  // its name.
  Result<void> add(Feed feed, Instant as_of);
  // The days with something to take in, ascending. The first day also takes the records without a date.
  std::vector<CivilDate> days() const;
  void take(CivilDate day);
  // Reports what came another way (a review that was decided). Any thread, also while a day is taken.
  void arrived(const std::vector<Arrival>& arrivals);
  // The outcomes for the records of each file. Any thread.
  std::vector<FeedReport> report() const;
  // Seconds spent reading files and running mappings, and seconds spent admitting the results.
  double map_seconds() const { return read_seconds_ + intake_.map_seconds(); }
  double load_seconds() const { return intake_.load_seconds(); }

 private:
  // Stage −1: the record has no dates.
  struct Step {
    int order;
    std::size_t file;
    std::size_t record;
    int stage;
    auto operator<=>(const Step&) const = default;
  };
  void plan(std::size_t file, Instant as_of);
  void take_steps(std::vector<Step>& steps);

  const Office& office_;
  mutable std::mutex mutex_;  // of all below
  Intake intake_;
  std::vector<std::unique_ptr<RecordFile>> files_;
  std::map<CivilDate, std::vector<Step>> steps_;
  std::vector<Step> undated_;
  bool undated_taken_ = false;
  double read_seconds_ = 0;
};

}  // namespace handoff::intake
