#include "rest/workers.h"

namespace handoff::rest {

Workers::Workers(std::size_t threads, std::size_t queue_max) : queue_max_(queue_max) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::offer(Task task) {
  {
    const std::lock_guard hold(mutex_);
    if (queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

void Workers::resume(Task task) {
  {
    const std::lock_guard hold(mutex_);
    queue_.push_front(std::move(task));
  }
  wake_.notify_one();
}

void Workers::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock hold(mutex_);
      wake_.wait(hold, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace handoff::rest
