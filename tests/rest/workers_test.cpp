// Whose task comes next. Nobody takes all threads or the whole queue.
#include "rest/http/workers.h"

#include <gtest/gtest.h>

#include <future>

namespace handoff::rest {
namespace {

constexpr Workers::Share ann = 1, bob = 2, eve = 3;

// Tasks wait at this gate. The destructor opens it, too.
class Gate {
 public:
  ~Gate() { open(); }
  void open() {
    if (!std::exchange(is_open_, true)) opened_.set_value();
  }
  Workers::Task task(std::function<void()> then = {}) {
    return [future = future_, then] {
      future.wait();
      if (then) then();
    };
  }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
  bool is_open_ = false;
};

TEST(Workers, ServesSharesInTurn) {
  std::string order;
  {
    Gate gate;
    Workers workers(1, 100);
    workers.offer(eve, gate.task());
    for (int i = 0; i < 4; ++i) workers.offer(ann, [&order] { order += 'a'; });
    for (int i = 0; i < 2; ++i) workers.offer(bob, [&order] { order += 'b'; });
    gate.open();
  }
  EXPECT_EQ(order, "ababaa") << "on one thread";
}

TEST(Workers, LetNobodyHaveMoreThanHalfOfTheThreads) {
  Gate gate;
  std::atomic<int> running{0};
  Workers workers(4, 100);
  for (int i = 0; i < 20; ++i)
    workers.offer(ann, [&running, wait = gate.task()] {
      ++running;
      wait();
    });
  for (int i = 0; i < 100; ++i) {  // each of Bob's tasks finds a free thread
    std::promise<void> done;
    workers.offer(bob, [&done] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready) << i;
  }
  EXPECT_EQ(running, 2);
  gate.open();
}

TEST(Workers, RefuseWhatIsTooMuchForAllOrForOne) {
  Gate gate;
  Workers workers(1, 8);
  std::promise<void> begun;
  workers.offer(eve, [&begun, wait = gate.task()] {
    begun.set_value();
    wait();
  });
  begun.get_future().wait();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(workers.offer(ann, [] {}), Workers::Offer::taken);
  EXPECT_EQ(workers.offer(ann, [] {}), Workers::Offer::share_full) << "three quarters";
  EXPECT_EQ(workers.offer(bob, [] {}), Workers::Offer::taken);
  EXPECT_EQ(workers.offer(eve, [] {}), Workers::Offer::taken);
  EXPECT_EQ(workers.offer(bob, [] {}), Workers::Offer::full);
  for (int i = 0; i < 20; ++i) workers.resume(eve, [] {});
  EXPECT_EQ(workers.offer(ann, [] {}), Workers::Offer::full) << "and what is resumed takes nobody's place";
  std::promise<void> resumed;
  workers.resume(bob, [&resumed] { resumed.set_value(); });
  gate.open();
  EXPECT_EQ(resumed.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready)
      << "what was taken before is never refused";
}

TEST(Workers, GoOnBehindWhatThrows) {
  std::atomic<int> done{0};
  {
    Workers workers(2, 100);
    for (int i = 0; i < 10; ++i) {
      workers.offer(ann, [] { throw std::length_error("thrown by a task"); });
      workers.offer(bob, [] { throw 1; });
      workers.resume(ann, [&done] { ++done; });
    }
  }
  EXPECT_EQ(done, 10) << "whatever was taken is run before it goes";
}

}  // namespace
}  // namespace handoff::rest
