// A few threads with one bounded queue. Each caller has a share. Shares are served in turn, one task each,
// and no share gets more than half of the threads. So nobody waits for all tasks of another caller. Life: the
// destructor first runs everything that was accepted.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace handoff::rest {

class Workers {
 public:
  using Task = std::function<void()>;  // what it throws is logged
  using Share = std::uint64_t;         // any number that identifies the caller

  Workers(std::size_t threads, std::size_t queue_max);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // If the queue is full, or this share holds three quarters of it, the task is refused and dropped.
  enum class Offer { taken, full, share_full };
  Offer offer(Share share, Task task);
  // Continues work that was accepted before. It is never refused, because a refusal would lose a request that
  // waits for its answer.
  void resume(Share share, Task task);

 private:
  struct Work {
    std::deque<Task> offered, resumed;  // resumed tasks go first
    std::size_t running = 0;
    bool has_tasks() const { return !offered.empty() || !resumed.empty(); }
    bool in_turn = false;
  };
  using Works = std::unordered_map<Share, Work>;

  void run();
  bool line_up(Works::value_type& work);
  bool next(Task& task, Works::value_type*& work);
  void done(Works::value_type& work);

  const std::size_t queue_max_, running_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Works works_;                           // shares with tasks that wait or run
  std::deque<Works::value_type*> turns_;  // shares that may get another thread
  std::size_t waiting_ = 0;               // number of offered tasks
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace handoff::rest
