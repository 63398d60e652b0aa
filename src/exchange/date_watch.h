// Looks for dates of consents that have passed. Wakes the deliverer if somebody must hear of one (E16).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "admission/admission.h"
#include "exchange/deliverer.h"

namespace handoff::exchange {

// It works from start() until it is destroyed. One thread.
class DateWatch {
 public:
  // Both must outlive it.
  DateWatch(const admission::Admission& admission, Deliverer& deliverer)
      : admission_(admission), deliverer_(deliverer) {}
  ~DateWatch();

  void start();
  void look();  // looks now; any thread

 private:
  void run();

  const admission::Admission& admission_;
  Deliverer& deliverer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // under the mutex
  std::thread thread_;
};

}  // namespace handoff::exchange
