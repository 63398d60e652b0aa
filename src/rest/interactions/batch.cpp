// batch (R4 "http", batch). Every entry is an interaction of its own, in the name of the Bundle's sender. An
// entry that fails says so in its place. A few run at a time, so that they share a group commit of the store,
// and no batch takes all workers.
#include <fmt/format.h>

#include <atomic>

#include "core/civil.h"
#include "core/hash.h"
#include "rest/http/bundle_response.h"
#include "rest/http/http_date.h"
#include "rest/http/interaction.h"
#include "rest/http/prefer.h"
#include "rest/interactions/transaction_bundle.h"

namespace handoff::rest {
namespace {

using json::Value;

constexpr std::size_t entries_at_once = 16;

struct Condition {
  const char* member;
  const char* header;
};
constexpr Condition conditions[] = {
    {"ifNoneMatch", "If-None-Match"}, {"ifMatch", "If-Match"}, {"ifNoneExist", "If-None-Exist"}};

// The entry as a request of its own.
net::Request request_of(Value entry, std::string_view preferred, std::string_view host) {
  const Value wanted = entry["request"];
  net::Request request;
  request.method = wanted["method"].text();
  const std::string_view url = wanted["url"].text();
  request.target = (url.starts_with('/') ? "/fhir" : "/fhir/") + std::string(url);
  for (const Condition& condition : conditions)
    if (const Value value = wanted[condition.member])
      request.headers.emplace_back(condition.header, value.text());
  if (const auto since = span_of(wanted["ifModifiedSince"].text()))
    request.headers.emplace_back("If-Modified-Since", format_http_date(since->first));
  if (!host.empty()) request.headers.emplace_back("Host", host);
  request.headers.emplace_back("Prefer", fmt::format("return={}", preferred.empty() ? "minimal" : preferred));
  const Value resource = entry["resource"];
  if (request.method == "PATCH" && resource["resourceType"].text() == "Binary") {
    request.headers.emplace_back("Content-Type", resource["contentType"].text());
    request.body = base64_decode(resource["data"].text()).value_or(std::string());
  } else if (resource) {
    request.headers.emplace_back("Content-Type", fhir_json);
    request.body = json::write(resource);
  }
  return request;
}

class Batch final : public Requests {
 public:
  Batch(const Call& call, json::Document posted, std::shared_ptr<void> slot)
      : slot_(std::move(slot)),
        host_(call.request.header("Host")),
        preferred_(preference(call.request, "return")),
        document_(std::move(posted)),
        responses_(document_.root()["entry"].size()) {}

  std::size_t count() const override { return responses_.size(); }
  std::size_t at_once() const override { return entries_at_once; }

  Result<net::Request> request(std::size_t i) override {
    if (answer_bytes_ > limits::batch_answer_bytes_max)
      return problem(
          Kind::busy,
          "the answer to the batch is too long already, so this entry was not done; ask for less at once",
          "http.request", "too-costly");
    return request_of(document_.root()["entry"].at(i), preferred_, host_);
  }

  void take(std::size_t i, const net::Response& response) override {
    responses_[i] = entry_response(response).to_json();
    answer_bytes_ += responses_[i].size();
  }

  Step end() override {
    net::Response whole = bundle_answer("batch-response", responses_);
    whole.held = slot_;
    return whole;
  }

 private:
  const std::shared_ptr<void> slot_;
  const std::string host_, preferred_;
  const json::Document document_;
  std::vector<std::string> responses_;
  std::atomic<std::size_t> answer_bytes_{0};
};

}  // namespace

Step batch(const Context& context, const Call& call, json::Document posted) {
  auto slot = context.batch_slots.take(call.share);
  if (!slot) return problem(Kind::limited, "too many batches are under way; wait for the answers to some");
  return std::static_pointer_cast<Requests>(
      std::make_shared<Batch>(call, std::move(posted), std::move(slot)));
}

}  // namespace handoff::rest
