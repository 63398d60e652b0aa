// Until when an answer is worth making. Work that may be long asks now and then whether it has passed.
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

// Thrown where work is given up because its deadline has passed; caught at the worker boundary.
struct TimeOver : std::runtime_error {
  TimeOver() : std::runtime_error("the time is over") {}
};

}  // namespace handoff
