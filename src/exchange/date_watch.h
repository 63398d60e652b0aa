// Looks for dates of consents that have passed, and wakes the deliverer where somebody is to hear of one (E16).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "admission/admission.h"
#include "exchange/deliverer.h"

namespace handoff::exchange {

// Life: from start() until it goes; one thread.
class DateWatch {
 public:
  // Both outlive this.
  DateWatch(const admission::Admission& admission, Deliverer& deliverer) : admission_(admission), deliverer_(deliverer) {}
  ~DateWatch();

  void start();
  void look();  // now; any thread

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
