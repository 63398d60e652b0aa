// A few threads and one bounded queue before them. Life: runs everything that it took before it goes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace handoff::rest {

class Workers {
 public:
  using Task = std::function<void()>;  // must not throw

  Workers(std::size_t threads, std::size_t queue_max);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False, and nothing kept, where the queue is full.
  bool offer(Task task);
  // Goes on with work that was taken before: never refused, for refusing it would lose a request that waits for its answer.
  void resume(Task task);

 private:
  void run();

  const std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace handoff::rest
