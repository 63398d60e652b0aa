// Until when an answer is worth making. Work that may take long checks from time to time whether the deadline
// has passed.
#pragma once

#include <chrono>
#include <stdexcept>

namespace handoff {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  Deadline() = default;  // never
  static Deadline after(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }

  bool is_set() const { return at_ != Clock::time_point::max(); }
  bool passed() const { return is_set() && Clock::now() >= at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_ = Clock::time_point::max();
};

// Thrown when work stops because its deadline has passed. The worker boundary catches it.
struct TimeOver : std::runtime_error {
  TimeOver() : std::runtime_error("the time is over") {}
};

}  // namespace handoff
