// What an interaction returns: a response, or what must be durable before there is one. It is a plain value.
// rest/http/driver.h carries it out and handles threads, commits and conflicts for all interactions.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "admission/admission.h"
#include "core/result.h"
#include "disclosure/disclosed.h"
#include "net/http.h"
#include "rest/http/outcome.h"

namespace handoff::rest {

struct Step;

// The response is sent when these entries are in the ledger. If they cannot be written, `otherwise` is sent,
// which discloses nothing. Without `otherwise`, the failure is sent.
struct Record {
  std::vector<std::string> entries;
  net::Response response;
  std::optional<net::Response> otherwise = {};
  std::shared_ptr<disclosure::Rest> rest = {};  // of a long answer: it follows piece by piece
};

// When the writes are durable, `then` runs on a worker with their time. A conflict starts the interaction
// again. After several conflicts, the conflict is the answer.
struct Commit {
  admission::Prepared prepared;  // if it is empty, `then` follows at once
  std::function<Step(Instant)> then;
};

// `then` runs on a worker, behind other waiting tasks. If there are entries, it runs when they are in the
// ledger.
struct Later {
  std::function<Step()> then;
  std::vector<std::string> entries = {};
};

// The requests inside a request. Each is answered by itself, a limited number at a time.
class Requests {
 public:
  virtual ~Requests() = default;
  virtual std::size_t count() const = 0;
  virtual std::size_t at_once() const = 0;
  // A request below the base, in the name of the sender. Any worker. Problem: it is not done, and this is its
  // answer.
  virtual Result<net::Request> request(std::size_t i) = 0;
  virtual void take(std::size_t i, const net::Response& response) = 0;  // one after another
  virtual Step end() = 0;                                               // when all are answered
};

struct Step {
  Step(net::Response response) : what(std::move(response)) {}
  Step(const Problem& refused) : what(failure(refused)) {}
  Step(Record record) : what(std::move(record)) {}
  Step(Commit commit) : what(std::move(commit)) {}
  Step(Later later) : what(std::move(later)) {}
  Step(std::shared_ptr<Requests> requests) : what(std::move(requests)) {}

  std::variant<net::Response, Record, Commit, Later, std::shared_ptr<Requests>> what;
};

// The disclosed content as the body of a response. It is sent when its entries are in the ledger.
inline Record disclose(net::Response head, disclosure::Disclosed content) {
  Record record{content.take_entries(), std::move(head), {}, content.take_rest()};
  record.response.body = std::move(content).take();
  return record;
}

}  // namespace handoff::rest
