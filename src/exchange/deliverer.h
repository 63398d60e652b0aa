// Sends what the outbox holds: at least once, in order for each patient and recipient, decided again before the bytes go,
// with the ledger entry durable first. Retries double their delay; what will never succeed becomes failed and frees its lane.
// Several recipients at once, each of them one message after another: who hangs holds up nobody else.
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

// Where an organization receives: its FHIR base and the token that it demands.
struct Endpoint {
  std::string base;  // "https://host/fhir"
  std::string token;
};
using Endpoints = std::map<std::string, Endpoint, std::less<>>;  // by organization id

// Life: from start() until it goes; one thread that looks, and some that send. wake() and is_idle() from any.
class Deliverer {
 public:
  // `machine` gives due times of retries, not the gateway's clock.
  Deliverer(store::Store& store, const disclosure::Gate& gate, Endpoints endpoints, net::ClientOptions client, const Clock& machine);
  ~Deliverer();

  void start();
  void set_endpoints(Endpoints endpoints);  // any thread; from the next attempt on
  void wake();
  // Waits for what is under way. Nothing new is begun until resume(), which wakes it, too.
  void pause();
  void resume();
  // Nothing is due now and nothing is under way. What waits for a retry is not due.
  bool is_idle() const;
  // Waits until idle or `limit` is over; true if idle.
  bool wait_idle(std::chrono::milliseconds limit) const;

 private:
  using Rows = std::vector<store::OutboxRow>;  // of one recipient, each the oldest of its lane

  void look();
  void hand_out();
  void work();
  bool deliver_all(const Rows& rows, net::Client& client);
  // False if the store would not write: the row is as it was, and nothing is tried before the next look.
  bool deliver(const store::OutboxRow& row, net::Client& client);
  std::optional<Endpoint> endpoint_of(const std::string& organization) const;
  bool send(const store::OutboxRow& row, disclosure::PermittedMessage permitted, const Endpoint& endpoint, net::Client& client);
  bool finish(const store::OutboxRow& row, store::DeliveryStatus status, const std::string& consent, std::string reason, int http_status,
              std::string outcome);

  store::Store& store_;
  const disclosure::Gate& gate_;
  net::ClientOptions client_options_;
  const Clock& machine_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::atomic<bool> stopping_{false};  // set under the mutex; read by a transfer under way without it
  bool woken_ = true;                  // look at the outbox before saying that there is nothing
  bool looking_ = false;
  bool paused_ = false;
  std::set<std::string> busy_;  // recipients whose rows are handed out: nobody else gets any of theirs
  std::deque<Rows> handed_;     // waits for a worker; not more than there are workers
  Endpoints endpoints_;         // all of these under the mutex
  std::vector<std::thread> threads_;
};

// How long after the n-th failed attempt (from 1) the next is due.
std::chrono::milliseconds retry_delay(int attempts);

}  // namespace handoff::exchange
