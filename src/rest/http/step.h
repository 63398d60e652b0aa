// What an interaction gives back: a response, or what must be durable before there is one. A value: rest/http/driver.h carries it out, and knows
// of threads, commits and conflicts for all of them.
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

// The response goes when these entries stand in the ledger. Where they cannot, `otherwise` goes, which discloses nothing; without it the
// failure does.
struct Record {
  std::vector<std::string> entries;
  net::Response response;
  std::optional<net::Response> otherwise = {};
  std::shared_ptr<disclosure::Rest> rest = {};  // of a long answer: it follows piece by piece
};

// `then` follows on a worker when the writes are durable, with their time. A conflict begins the interaction anew. After
// several conflicts, the conflict is the answer.
struct Commit {
  admission::Prepared prepared;  // if it is empty, `then` follows at once
  std::function<Step(Instant)> then;
};

// `then` follows on a worker, behind whatever else waits there; with entries, when these stand in the ledger.
struct Later {
  std::function<Step()> then;
  std::vector<std::string> entries = {};
};

// Requests that a request consists of, each answered by itself, so many at a time.
class Requests {
 public:
  virtual ~Requests() = default;
  virtual std::size_t count() const = 0;
  virtual std::size_t at_once() const = 0;
  // Below the base, in the name of who sent them; any worker. Problem: it is not done, and answered so.
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

// What was disclosed, as the body of a response, when its entries stand in the ledger.
inline Record disclose(net::Response head, disclosure::Disclosed content) {
  Record record{content.take_entries(), std::move(head), {}, content.take_rest()};
  record.response.body = std::move(content).take();
  return record;
}

}  // namespace handoff::rest
