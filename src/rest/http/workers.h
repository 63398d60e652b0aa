// A few threads and one bounded queue before them. Whoever has work in it has a share: shares are served in turn, a task each, and none
// takes more than half of the threads. So nobody waits for all that somebody else asked for. Life: runs everything that it took before
// it goes.
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
  using Share = std::uint64_t;         // any number that stands for whose task it is

  Workers(std::size_t threads, std::size_t queue_max);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Not taken: the queue is full, or three quarters of it are this share's; nothing is kept.
  enum class Offer { taken, full, share_full };
  Offer offer(Share share, Task task);
  // Goes on with work that was taken before: never refused, for refusing it would lose a request that waits for its answer.
  void resume(Share share, Task task);

 private:
  struct Work {
    std::deque<Task> offered, resumed;  // what was taken before goes first
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
  Works works_;                           // of those who have tasks, waiting or running
  std::deque<Works::value_type*> turns_;  // of those who may have another thread
  std::size_t waiting_ = 0;               // of those offered
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace handoff::rest
