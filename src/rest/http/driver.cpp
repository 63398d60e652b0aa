#include "rest/http/driver.h"

#include <fmt/format.h>

#include <mutex>

#include "core/limits.h"
#include "core/log.h"
#include "rest/http/dispatch.h"
#include "rest/http/streamed_body.h"

namespace handoff::rest {
namespace {

constexpr int attempts_max = 4;  // the first try and three more after conflicts

// The whole of a long answer, as an entry of a Bundle. Problem: limited, if it is longer than such a Bundle
// may be.
Result<void> gather(Record& step) {
  for (bool more = true; more;) {
    auto piece = step.rest->next();
    if (!piece) return piece.error();
    for (std::string& entry : piece->take_entries()) step.entries.push_back(std::move(entry));
    more = !piece->bytes().empty();
    step.response.body += piece->bytes();
    if (step.response.body.size() > limits::batch_answer_bytes_max)
      return problem(Kind::limited, "the answer is too long for an entry of a Bundle; ask for less",
                     "http.request", "too-costly");
  }
  return {};
}

}  // namespace

struct Driver::Running {
  Answer answer;  // released last
  Interaction interaction;
  Call call;
  int attempts = 1;
};

// The requests inside a request, while they run. They may finish on any thread.
class Driver::Several : public std::enable_shared_from_this<Several> {
 public:
  Several(const Driver& driver, Shared running, std::shared_ptr<Requests> requests)
      : driver_(driver),
        running_(std::move(running)),
        requests_(std::move(requests)),
        taken_(requests_->count()),
        open_(taken_.size()) {}

  void begin() {
    if (taken_.empty()) return end();
    for (std::size_t i = 0; i < std::min(requests_->at_once(), taken_.size()); ++i) next();
  }

 private:
  void next() {
    std::size_t i = 0;
    {
      const std::lock_guard hold(mutex_);
      if (next_ == taken_.size()) return;
      i = next_++;
    }
    driver_.workers_.resume(running_->call.share, [self = shared_from_this(), i] { self->begin_one(i); });
  }

  void begin_one(std::size_t i) {
    auto request = requests_->request(i);
    if (!request) return finish(i, failure(request.error()));
    auto entry = entry_of(driver_.context_, running_->call, std::move(*request));
    if (auto* refused = std::get_if<net::Response>(&entry)) return finish(i, *refused);
    EntryCall& call = std::get<EntryCall>(entry);
    driver_.run(call.interaction, std::move(call.call),
                [self = shared_from_this(), i](const net::Response& response) { self->finish(i, response); });
  }

  void finish(std::size_t i, const net::Response& response) {
    bool last = false;
    {
      const std::lock_guard hold(mutex_);
      if (taken_[i]) return;  // it had answered before it failed
      taken_[i] = true;
      requests_->take(i, response);
      last = --open_ == 0;
    }
    if (last) end();
    else next();
  }

  void end() {
    driver_.resume(running_, [requests = requests_] { return requests->end(); });
  }

  const Driver& driver_;
  const Shared running_;  // released after everything that belongs to the service
  const std::shared_ptr<Requests> requests_;
  std::mutex mutex_;
  std::vector<bool> taken_;
  std::size_t next_ = 0, open_ = 0;
};

void Driver::run(Interaction interaction, Call call, Answer answer) const {
  const auto running = std::make_shared<Running>(Running{std::move(answer), interaction, std::move(call)});
  go_on(running, [&] { return interaction(context_, running->call); });
}

// The boundary of an interaction: its exceptions end only here.
void Driver::go_on(const Shared& running, const std::function<Step()>& next) const {
  try {
    carry_out(running, next());
  } catch (const TimeOver&) {
    running->answer(failure(time_over()));
  } catch (const std::exception& e) {
    log::error(fmt::format("rest: request {} failed: {}", running->call.request_id, e.what()));
    running->answer(failure(problem(Kind::fault, e.what())));
  }
}

void Driver::resume(const Shared& running, std::function<Step()> next) const {
  workers_.resume(running->call.share, [this, running, next = std::move(next)] { go_on(running, next); });
}

void Driver::carry_out(const Shared& running, Step step) const {
  if (auto* response = std::get_if<net::Response>(&step.what)) running->answer(std::move(*response));
  else if (auto* entries = std::get_if<Record>(&step.what)) record(running, std::move(*entries));
  else if (auto* batch = std::get_if<Commit>(&step.what)) commit(running, std::move(*batch));
  else if (auto* later = std::get_if<Later>(&step.what)) wait(running, std::move(*later));
  else std::make_shared<Several>(*this, running, std::get<std::shared_ptr<Requests>>(step.what))->begin();
}

Result<void> Driver::stream(const Shared& running, Record& step) const {
  if (running->call.is_within_bundle) return gather(step);
  auto slot = context_.stream_slots.take(running->call.share);
  if (!slot) return problem(Kind::limited, "too many long answers are under way; wait for the end of some");
  step.response.held = std::move(slot);
  step.response.rest = std::make_shared<StreamedBody>(
      Streaming{context_.gate, workers_, running->call.share, context_.ending, running},
      std::move(step.rest));
  return {};
}

void Driver::record(const Shared& running, Record step) const {
  if (step.rest)
    if (auto streamed = stream(running, step); !streamed) return running->answer(failure(streamed.error()));
  if (step.entries.empty()) return running->answer(std::move(step.response));
  auto kept = std::make_shared<Record>(std::move(step));
  context_.gate.record(std::move(kept->entries), [running, kept](Result<void> recorded) {
    if (recorded) return running->answer(std::move(kept->response));
    running->answer(kept->otherwise ? std::move(*kept->otherwise) : failure(recorded.error()));
  });
}

void Driver::commit(const Shared& running, Commit step) const {
  if (step.prepared.is_empty() && step.prepared.batch.ledger.empty())
    return go_on(running, [&] { return step.then({}); });
  const auto done = [this, running, then = std::move(step.then)](Result<Instant> committed) {
    if (committed) return resume(running, [then, at = *committed] { return then(at); });
    if (committed.error().kind != Kind::conflict || running->attempts == attempts_max)
      return running->answer(failure(committed.error()));
    ++running->attempts;
    resume(running, [this, running] { return running->interaction(context_, running->call); });
  };
  context_.admission.commit(std::move(step.prepared), done);
}

void Driver::wait(const Shared& running, Later step) const {
  if (step.entries.empty()) return resume(running, std::move(step.then));
  context_.gate.record(std::move(step.entries),
                       [this, running, then = std::move(step.then)](Result<void> recorded) {
                         if (!recorded) return running->answer(failure(recorded.error()));
                         resume(running, then);
                       });
}

}  // namespace handoff::rest
