#include "rest/http/workers.h"

#include <algorithm>

#include "core/thread.h"

namespace handoff::rest {

Workers::Workers(std::size_t threads, std::size_t queue_max)
    : queue_max_(queue_max), running_max_(std::max<std::size_t>(1, threads / 2)) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.push_back(start_thread("rest: a worker", [this] { run(); }));
}

Workers::~Workers() {
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Workers::Offer Workers::offer(Share share, Task task) {
  {
    const std::lock_guard hold(mutex_);
    if (waiting_ >= queue_max_) return Offer::full;
    auto& work = *works_.try_emplace(share).first;
    if (work.second.offered.size() >= std::max<std::size_t>(1, queue_max_ / 4 * 3)) return Offer::share_full;
    work.second.offered.push_back(std::move(task));
    ++waiting_;
    if (!line_up(work)) return Offer::taken;
  }
  wake_.notify_one();
  return Offer::taken;
}

void Workers::resume(Share share, Task task) {
  {
    const std::lock_guard hold(mutex_);
    auto& work = *works_.try_emplace(share).first;
    work.second.resumed.push_front(std::move(task));
    if (!line_up(work)) return;
  }
  wake_.notify_one();
}

// False: no thread has to be woken, because the share is in the line already, or cannot get in.
bool Workers::line_up(Works::value_type& work) {
  if (work.second.in_turn || !work.second.has_tasks() || work.second.running >= running_max_) return false;
  work.second.in_turn = true;
  turns_.push_back(&work);
  return true;
}

// False: nothing is left, and the thread ends.
bool Workers::next(Task& task, Works::value_type*& work) {
  std::unique_lock hold(mutex_);
  wake_.wait(hold, [this] { return !turns_.empty() || (stopping_ && works_.empty()); });
  if (turns_.empty()) return false;
  work = turns_.front();
  turns_.pop_front();
  work->second.in_turn = false;
  auto& tasks = work->second.resumed.empty() ? work->second.offered : work->second.resumed;
  if (&tasks == &work->second.offered) --waiting_;
  task = std::move(tasks.front());
  tasks.pop_front();
  ++work->second.running;
  if (line_up(*work)) wake_.notify_one();
  return true;
}

void Workers::done(Works::value_type& work) {
  const std::lock_guard hold(mutex_);
  const Share share = work.first;
  if (--work.second.running == 0 && !work.second.has_tasks()) works_.erase(share);
  else line_up(work);                 // this thread will take it
  if (stopping_) wake_.notify_all();  // all may be done now; otherwise this thread takes what is lined up
}

void Workers::run() {
  Task task;
  for (Works::value_type* work = nullptr; next(task, work); done(*work)) {
    runs_to_end("rest: a task of a worker", task);
    task = {};  // what the task held is released before this thread waits
  }
}

}  // namespace handoff::rest
