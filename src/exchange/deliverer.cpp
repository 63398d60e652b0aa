#include "exchange/deliverer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/boundary.h"
#include "core/limits.h"
#include "core/log.h"
#include "core/thread.h"
#include "store/outbox.h"

namespace handoff::exchange {
namespace {

constexpr std::size_t rows_looked_at = limits::delivery_rows_at_once * limits::delivery_recipients_at_once;
constexpr std::chrono::milliseconds look_again{250};  // finds retries that have become due

// True if a retry is useful: the partner is away, is busy, or may repair its access.
bool is_passing(unsigned status) {
  return status >= 500 || status == 401 || status == 403 || status == 404 || status == 408 || status == 409 ||
         status == 429;
}

}  // namespace

std::chrono::milliseconds retry_delay(int attempts) {
  std::chrono::milliseconds delay = limits::delivery_retry_first;
  for (int i = 1; i < attempts && delay < limits::delivery_retry_longest; ++i) delay *= 2;
  return std::min<std::chrono::milliseconds>(delay, limits::delivery_retry_longest);
}

Deliverer::Deliverer(store::Store& store, const disclosure::Gate& gate, Endpoints endpoints,
                     net::ClientOptions client, const Clock& machine)
    : store_(store),
      gate_(gate),
      client_options_(std::move(client)),
      machine_(machine),
      endpoints_(std::move(endpoints)) {
  client_options_.stop = &stopping_;
}

Deliverer::~Deliverer() {
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Deliverer::start() {
  threads_.push_back(start_thread("exchange: the delivery thread", [this] { look(); }));
  for (std::size_t i = 0; i < limits::delivery_recipients_at_once; ++i)
    threads_.push_back(start_thread("exchange: a sender", [this] { work(); }));
}

void Deliverer::set_endpoints(Endpoints endpoints) {
  const std::lock_guard hold(mutex_);
  endpoints_ = std::move(endpoints);
}

std::optional<Endpoint> Deliverer::endpoint_of(const std::string& organization) const {
  const std::lock_guard hold(mutex_);
  const auto found = endpoints_.find(organization);
  return found == endpoints_.end() ? std::nullopt : std::optional(found->second);
}

void Deliverer::wake() {
  {
    const std::lock_guard hold(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Deliverer::pause() {
  std::unique_lock hold(mutex_);
  paused_ = true;
  changed_.wait(hold, [this] { return stopping_ || (!looking_ && busy_.empty()); });
}

void Deliverer::resume() {
  {
    const std::lock_guard hold(mutex_);
    paused_ = false;
  }
  wake();
}

bool Deliverer::is_idle() const {
  const std::lock_guard hold(mutex_);
  return !woken_ && !looking_ && busy_.empty();
}

bool Deliverer::wait_idle(std::chrono::milliseconds limit) const {
  std::unique_lock hold(mutex_);
  return changed_.wait_for(hold, limit, [this] { return !woken_ && !looking_ && busy_.empty(); });
}

// Looks at the outbox and hands out due rows, until the deliverer is destroyed.
void Deliverer::look() {
  std::unique_lock hold(mutex_);
  while (!stopping_) {
    changed_.wait(hold, [this] { return stopping_ || !paused_; });
    woken_ = false;
    looking_ = true;
    hold.unlock();
    runs_to_end("exchange: deliveries are interrupted", [this] { hand_out(); });  // due rows stay due
    hold.lock();
    looking_ = false;
    changed_.notify_all();
    changed_.wait_for(hold, look_again, [this] { return stopping_ || woken_; });
  }
}

// Hands out due rows of recipients that have no worker yet, as far as workers are free.
void Deliverer::hand_out() {
  std::set<std::string> busy;
  {
    const std::lock_guard hold(mutex_);
    busy = busy_;
  }
  if (busy.size() >= limits::delivery_recipients_at_once) return;
  std::map<std::string, Rows> due;
  for (store::OutboxRow& row : store_.snapshot().outbox().due(machine_.now(), rows_looked_at, busy)) {
    if (due.size() + busy.size() >= limits::delivery_recipients_at_once && !due.contains(row.recipient))
      continue;
    if (Rows& rows = due[row.recipient]; rows.size() < limits::delivery_rows_at_once)
      rows.push_back(std::move(row));
  }
  const std::lock_guard hold(mutex_);
  for (auto& [recipient, rows] : due) {
    busy_.insert(recipient);
    handed_.push_back(std::move(rows));
  }
  changed_.notify_all();
}

void Deliverer::work() {
  net::Client client(client_options_);
  std::unique_lock hold(mutex_);
  for (;;) {
    changed_.wait(hold, [this] { return stopping_ || !handed_.empty(); });
    if (stopping_) return;
    const Rows rows = std::move(handed_.front());
    handed_.pop_front();
    hold.unlock();
    bool moved = false;
    runs_to_end("exchange: deliveries to a recipient are interrupted",
                [&] { moved = deliver_all(rows, client); });
    hold.lock();
    busy_.erase(rows.front().recipient);
    woken_ |= moved;  // the rows after them may be due now
    changed_.notify_all();
  }
}

// True if a delivery came to an end. If the store could not write an outcome, the next look repeats the row.
bool Deliverer::deliver_all(const Rows& rows, net::Client& client) {
  bool moved = false;
  for (const store::OutboxRow& row : rows)
    if (!stopping_) moved |= deliver(row, client);
  return moved;
}

bool Deliverer::deliver(const store::OutboxRow& row, net::Client& client) {
  auto decided = disclosure::message(gate_, row, store_.snapshot());
  if (!decided) {
    log::error(fmt::format("delivery {}: {}", row.id, decided.error().summary()));
    return finish(row, store::DeliveryStatus::failed, {}, decided.error().summary(), 0, "not composed");
  }
  if (const auto* withheld = std::get_if<disclosure::WithheldMessage>(&*decided))
    return finish(row, store::DeliveryStatus::withheld, withheld->consent, withheld->reason, 0, "withheld");
  const auto endpoint = endpoint_of(row.recipient);
  if (!endpoint)
    return finish(row, store::DeliveryStatus::failed, {}, "no endpoint is known for " + row.recipient, 0,
                  "no endpoint");
  return send(row, std::get<disclosure::PermittedMessage>(std::move(*decided)), *endpoint, client);
}

bool Deliverer::send(const store::OutboxRow& row, disclosure::PermittedMessage permitted,
                     const Endpoint& endpoint, net::Client& client) {
  store::Batch before;
  before.ledger = permitted.message.take_entries();
  if (permitted.event_number) before.event_numbers.push_back(*permitted.event_number);
  if (auto written = store_.commit_and_wait(std::move(before)); !written) return false;  // no entry, no bytes
  net::Request request{
      "POST",
      endpoint.base + "/Bundle",
      {{"Content-Type", "application/fhir+json"}, {"Authorization", "Bearer " + endpoint.token}},
      {}};
  request.body = std::move(permitted.message).take();
  const auto answer = client.send(request);
  if (answer && answer->status >= 200 && answer->status < 300)
    return finish(row, store::DeliveryStatus::delivered, permitted.consent, permitted.reason,
                  int(answer->status), "accepted");
  const int status = answer ? int(answer->status) : 0;
  const std::string what =
      answer ? fmt::format("the recipient answered {}", status) : answer.error().summary();
  log::warn(fmt::format("delivery {}: attempt {}: {}", row.id, row.attempts + 1, what));
  const bool again =
      (!answer || is_passing(answer->status)) && row.attempts + 1 < limits::delivery_attempts_max;
  return finish(row, again ? store::DeliveryStatus::queued : store::DeliveryStatus::failed, permitted.consent,
                what, status, what);
}

bool Deliverer::finish(const store::OutboxRow& row, store::DeliveryStatus status, const std::string& consent,
                       std::string reason, int http_status, std::string outcome) {
  store::OutboxUpdate update;
  update.id = row.id;
  update.attempts = row.attempts + 1;
  update.due = machine_.now() + retry_delay(update.attempts);
  update.status = status;
  if (!consent.empty()) update.consent = consent;
  update.reason = std::move(reason);
  update.http_status = http_status;
  update.outcome = std::move(outcome);
  store::Batch batch;
  batch.outbox_updates.push_back(std::move(update));
  const auto written = store_.commit_and_wait(std::move(batch));
  if (!written) log::error(fmt::format("delivery {}: its outcome was not written", row.id));
  return written.has_value();
}

}  // namespace handoff::exchange
