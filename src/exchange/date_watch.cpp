#include "exchange/date_watch.h"

#include "core/boundary.h"
#include "core/limits.h"
#include "core/thread.h"

namespace handoff::exchange {

DateWatch::~DateWatch() {
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DateWatch::start() {
  thread_ = start_thread("exchange: the date thread", [this] { run(); });
}

void DateWatch::look() {
  if (admission_.pass_dates() > 0) deliverer_.wake();
}

void DateWatch::run() {
  std::unique_lock hold(mutex_);
  while (!stopping_) {
    hold.unlock();
    runs_to_end("exchange: looking for dates is interrupted", [this] { look(); });
    hold.lock();
    changed_.wait_for(hold, limits::passed_dates_look, [this] { return stopping_; });
  }
}

}  // namespace handoff::exchange
