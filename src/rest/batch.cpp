// batch (R4 "http", batch): every entry is an interaction of its own, in the name of who sent the Bundle; one that fails says
// so in its place. A few run at a time, so that their commits share the store's group, and no batch takes all workers.
#include <fmt/format.h>

#include <mutex>

#include "core/civil.h"
#include "rest/bundle_response.h"
#include "rest/dispatch.h"
#include "rest/http_date.h"
#include "rest/prefer.h"
#include "rest/transaction_bundle.h"

namespace handoff::rest {
namespace {

using json::Value;

constexpr std::size_t at_once = 16;

struct Condition {
  const char* member;
  const char* header;
};
constexpr Condition conditions[] = {{"ifNoneMatch", "If-None-Match"}, {"ifMatch", "If-Match"}, {"ifNoneExist", "If-None-Exist"}};

// The entry as a request by itself.
net::Request request_of(Value entry, std::string_view preferred, std::string_view host) {
  const Value wanted = entry["request"];
  net::Request request;
  request.method = wanted["method"].text();
  request.target = "/fhir/" + std::string(wanted["url"].text());
  for (const Condition& condition : conditions)
    if (const Value value = wanted[condition.member]) request.headers.emplace_back(condition.header, value.text());
  if (const auto since = span_of(wanted["ifModifiedSince"].text()))
    request.headers.emplace_back("If-Modified-Since", format_http_date(since->first));
  if (!host.empty()) request.headers.emplace_back("Host", host);
  request.headers.emplace_back("Prefer", fmt::format("return={}", preferred.empty() ? "minimal" : preferred));
  if (const Value resource = entry["resource"]) {
    request.headers.emplace_back("Content-Type", fhir_json);
    request.body = json::write(resource);
  }
  return request;
}

// One batch on its way; its entries come to their ends on any thread.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(const Context& context, PostedBundle posted, std::shared_ptr<void> slot, Answer answer)
      : context_(context),
        answer_(std::move(answer)),
        slot_(std::move(slot)),
        call_(std::move(posted.call)),
        preferred_(preference(call_.request, "return")),
        document_(std::move(posted.document)),
        responses_(document_.root()["entry"].size()),
        open_(responses_.size()) {}

  void begin() {
    if (responses_.empty()) return end();
    for (std::size_t i = 0; i < at_once; ++i) next();
  }

 private:
  void next() {
    std::size_t i = 0;
    {
      const std::lock_guard hold(mutex_);
      if (next_ == responses_.size()) return;
      i = next_++;
    }
    context_.resume(call_, [self = shared_from_this(), i] { self->run(i); });
  }

  bool is_answer_long() {
    const std::lock_guard hold(mutex_);
    return answer_bytes_ > limits::batch_answer_bytes_max;
  }

  void run(std::size_t i) {
    if (is_answer_long())
      return finish(i, failure(problem(Kind::busy, "the answer to the batch is long already; it was not done. Ask for less at once",
                                       "http.request", "too-costly")));
    dispatch_entry(context_, call_, request_of(document_.root()["entry"].at(i), preferred_, call_.request.header("Host")),
                   [self = shared_from_this(), i](net::Response response) { self->finish(i, response); });
  }

  void finish(std::size_t i, const net::Response& response) {
    bool last = false;
    {
      const std::lock_guard hold(mutex_);
      if (!responses_[i].empty()) return;  // it answered, and failed behind that
      responses_[i] = entry_response(response).to_json();
      answer_bytes_ += responses_[i].size();
      last = --open_ == 0;
    }
    if (last) end();
    else next();
  }

  void end() {
    net::Response whole = bundle_answer("batch-response", responses_);  // they stay: who comes late counts them
    whole.held = slot_;
    answer_(std::move(whole));
  }

  const Context& context_;
  const Answer answer_;  // goes last: behind it the service may end, and the slot is of the service
  const std::shared_ptr<void> slot_;
  const Call call_;
  const std::string preferred_;
  const json::Document document_;
  std::mutex mutex_;
  std::vector<std::string> responses_;
  std::size_t next_ = 0, open_ = 0, answer_bytes_ = 0;
};

}  // namespace

void batch(const Context& context, PostedBundle posted, Answer answer) {
  auto slot = context.batch_slots.take(posted.call.share);
  if (!slot) return answer(failure(problem(Kind::limited, "too many batches are under way; wait for the answers to some")));
  std::make_shared<Batch>(context, std::move(posted), std::move(slot), std::move(answer))->begin();
}

}  // namespace handoff::rest
