// Records that wait for others, as the store keeps them. They are taken in when what they wait for comes,
// from any file and at any time.
#pragma once

#include <vector>

#include "intake/office.h"
#include "intake/taking.h"

namespace handoff::intake {

// What happened with records that had waited.
struct Woken {
  std::size_t taken = 0;
  std::size_t held = 0;                                              // a person must say whose they are
  std::vector<std::pair<std::string, mapping::Rejection>> rejected;  // first: the feed
};

// One thread, which must hold the office's turn.
class Waiters {
 public:
  explicit Waiters(const Office& office) : office_(office) {}

  // Stores a record that waits. If that fails, the next run of its file stores it.
  void add(const TakenRecord& record, int stage, const mapping::Waiting& waiting) const;
  // Takes in the records that wait for one of these, and those that wait for them in turn. Returns what came
  // in.
  std::vector<Arrival> wake(std::vector<Arrival> arrivals);
  const Woken& woken() const { return woken_; }

 private:
  std::vector<Arrival> take_in(const store::IntakeWaiting& waiting);
  void give_up(const store::IntakeWaiting& waiting) const;

  const Office& office_;
  Woken woken_;
};

}  // namespace handoff::intake
