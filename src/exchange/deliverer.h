// Sends the messages in the outbox: at least once, and in order for each patient and recipient. It decides
// again before it sends, and the ledger entry is durable before any byte goes. Retries double their delay,
// and a message that can never succeed becomes failed and frees its lane. Recipients are served in parallel,
// each with one message after another, so that a slow one does not delay the others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.h"
#include "disclosure/message.h"
#include "net/client.h"
#include "store/store.h"

namespace handoff::exchange {

// Where an organization receives messages: its FHIR base, and the token that it requires.
struct Endpoint {
  std::string base;  // "https://host/fhir"
  std::string token;
};
using Endpoints = std::map<std::string, Endpoint, std::less<>>;  // by organization id

// It works from start() until it is destroyed. One thread looks at the outbox, and some threads send. Any
// thread may call wake() and is_idle().
class Deliverer {
 public:
  // `machine` gives the due times of retries, not the gateway's clock.
  Deliverer(store::Store& store, const disclosure::Gate& gate, Endpoints endpoints, net::ClientOptions client,
            const Clock& machine);
  ~Deliverer();

  void start();
  void set_endpoints(Endpoints endpoints);  // any thread; from the next attempt on
  void wake();
  // Waits until running deliveries end. Nothing new begins until resume(), which also wakes it.
  void pause();
  void resume();
  // True if nothing is due now and nothing is running. A row that waits for a retry is not due.
  bool is_idle() const;
  // Waits until it is idle or `limit` is over. True if idle.
  bool wait_idle(std::chrono::milliseconds limit) const;

 private:
  using Rows = std::vector<store::OutboxRow>;  // of one recipient, each the oldest of its lane

  void look();
  void hand_out();
  void work();
  bool deliver_all(const Rows& rows, net::Client& client);
  // False if the store could not write. The row is then unchanged, and nothing is tried before the next look.
  bool deliver(const store::OutboxRow& row, net::Client& client);
  std::optional<Endpoint> endpoint_of(const std::string& organization) const;
  bool send(const store::OutboxRow& row, disclosure::PermittedMessage permitted, const Endpoint& endpoint,
            net::Client& client);
  bool finish(const store::OutboxRow& row, store::DeliveryStatus status, const std::string& consent,
              std::string reason, int http_status, std::string outcome);

  store::Store& store_;
  const disclosure::Gate& gate_;
  net::ClientOptions client_options_;
  const Clock& machine_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::atomic<bool> stopping_{false};  // set under the mutex; running transfers read it without the mutex
  bool woken_ = true;                  // look at the outbox before it counts as idle
  bool looking_ = false;
  bool paused_ = false;
  std::set<std::string> busy_;  // recipients whose rows are handed out: no other worker gets their rows
  std::deque<Rows> handed_;     // waits for a worker; at most one per worker
  Endpoints endpoints_;         // the mutex protects all of these
  std::vector<std::thread> threads_;
};

// The delay after the n-th failed attempt (from 1).
std::chrono::milliseconds retry_delay(int attempts);

}  // namespace handoff::exchange
