// Records that wait for others, as the store keeps them: taken in when what they wait for comes, from whatever file and at whatever time.
#pragma once

#include <vector>

#include "intake/office.h"
#include "intake/taking.h"

namespace handoff::intake {

// What became of records that had waited.
struct Woken {
  std::size_t taken = 0;
  std::size_t held = 0;  // a person must say whose they are
  std::vector<std::pair<std::string, mapping::Rejection>> rejected;  // feed
};

// One thread, which has the office's turn.
class Waiters {
 public:
  explicit Waiters(const Office& office) : office_(office) {}

  // A record that waits now. What fails here the next run of its file notes again.
  void add(const TakenRecord& record, int stage, const mapping::Waiting& waiting) const;
  // Takes in whoever waits for one of these, and whoever waits for those in turn. Gives what came of it.
  std::vector<Arrival> wake(std::vector<Arrival> arrivals);
  const Woken& woken() const { return woken_; }

 private:
  std::vector<Arrival> take_in(const store::IntakeWaiting& waiting);
  void give_up(const store::IntakeWaiting& waiting) const;

  const Office& office_;
  Woken woken_;
};

}  // namespace handoff::intake
