// Time as an argument: all code reads the machine's clock only through a Clock, so that tests and the sandbox
// can set the time.
#pragma once

#include <atomic>
#include <chrono>

namespace handoff {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// Set from one thread, read from any. It never runs by itself.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_ms_(start.time_since_epoch().count()) {}
  Instant now() const override { return Instant{std::chrono::milliseconds{now_ms_.load()}}; }
  void set(Instant instant) { now_ms_.store(instant.time_since_epoch().count()); }

 private:
  std::atomic<long long> now_ms_;
};

}  // namespace handoff
