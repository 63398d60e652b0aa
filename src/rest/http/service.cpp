#include "rest/http/service.h"

#include <fmt/format.h>

#include <condition_variable>

#include "core/boundary.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/log.h"
#include "rest/http/coding.h"
#include "rest/http/dispatch.h"
#include "rest/http/driver.h"
#include "rest/http/media.h"
#include "rest/http/workers.h"

namespace handoff::rest {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t request_id_characters_max = 64;
constexpr std::string_view logged_methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool is_sane_id(std::string_view text) {
  return !text.empty() && text.size() <= request_id_characters_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// The id does not reveal how many requests there were.
std::string new_request_id() {
  static const std::string secret = random_bytes(16);
  static std::atomic<std::uint64_t> count{0};
  return fmt::format("{:016x}", hash64(fmt::format("{}{}", secret, ++count)));
}

std::string_view logged_method(std::string_view method) {
  return std::find(std::begin(logged_methods), std::end(logged_methods), method) == std::end(logged_methods)
             ? "other"
             : method;
}

// The challenge distinguishes an invalid token from a missing one (RFC 6750, section 3.1).
net::Response unauthenticated(const Problem& problem, const net::Request& request) {
  net::Response refused = failure(problem);
  if (net::equal_ignoring_case(request.header("Authorization").substr(0, 7), "Bearer "))
    for (auto& [name, value] : refused.headers)
      if (name == "WWW-Authenticate") value += ", error=\"invalid_token\"";
  return refused;
}

// Counts the requests that are not answered yet.
class Outstanding {
 public:
  void begin() {
    const std::lock_guard hold(mutex_);
    ++count_;
  }
  void end() {
    const std::lock_guard hold(mutex_);  // held while waking, so that the waiter cannot be destroyed before
    --count_;
    none_.notify_all();
  }
  void wait_for_none() {
    std::unique_lock hold(mutex_);
    none_.wait(hold, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

// Adds what every answer carries: no cache may keep it (RFC 9111, section 5.2.2.5), and the log can be
// searched for its request.
void complete(net::Response& response, const std::string& request_id) {
  const bool is_set = std::any_of(response.headers.begin(), response.headers.end(), [](const auto& field) {
    return net::equal_ignoring_case(field.first, "Cache-Control");
  });
  if (!is_set) response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Request-Id", request_id);
}

Problem no_answer() { return problem(Kind::fault, "an interaction gave no answer"); }

// The same for input that never became an exchange.
void complete_unanswered(net::Response& response) {
  const std::string request_id = new_request_id();
  complete(response, request_id);
  log::info(fmt::format("rest: - refused - {} 0 ms, request {}, client -", response.status, request_id));
}

// A request until its answer. It is answered once, whoever does it. An exchange that is dropped without an
// answer answers 500.
class Exchange {
 public:
  Exchange(net::Reply reply, const net::Request& request, Outstanding& outstanding)
      : reply_(std::move(reply)), outstanding_(outstanding) {
    const std::string_view given = request.header("X-Request-Id");
    request_id_ = is_sane_id(given) ? std::string(given) : new_request_id();
    method_ = logged_method(request.method);
    outstanding_.begin();
  }
  ~Exchange() {
    if (!answered_)
      runs_to_end("rest: an answer to a lost request", [this] { finish(failure(no_answer())); });
    held.reset();
    outstanding_.end();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void finish(net::Response response) {
    if (answered_.exchange(true)) return;
    complete(response, request_id_);
    if (accepted) response.headers.emplace_back("Vary", "Accept-Encoding");
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun_).count();
    if (log::tells_info())
      log::info(fmt::format("rest: {} {} {} {} {} ms, request {}, client {}", method_, interaction,
                            resource_type, response.status, ms, request_id_, client));
    reply_(std::move(response));
  }
  const std::string& request_id() const { return request_id_; }

  std::string_view interaction = "-", resource_type = "-";
  std::string client = "-";
  std::optional<net::AcceptedCoding> accepted;  // none: the answer is not coded, whatever the client accepts
  bool is_pretty = false;                       // JSON with line breaks is wanted
  std::shared_ptr<void> held;                   // counts the unpacked body

 private:
  net::Reply reply_;
  Outstanding& outstanding_;
  const SteadyClock::time_point begun_ = SteadyClock::now();
  std::string request_id_;
  std::string method_;
  std::atomic<bool> answered_{false};
};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::size_t body_bytes_max(const Match& match) {
  return match.access == Access::open ? limits::http_open_body_bytes_max : limits::http_body_bytes_max;
}

// The share of the workers that a request uses: its client's, however many tokens the client has. Without a
// client, its address's.
Workers::Share share_of(const Result<auth::Requester>& requester, const net::Request& request) {
  return requester ? hash64("client " + requester->client_id) : hash64("address " + request.peer);
}

const fhir::Definitions& definitions_of(const ServiceOptions& options) {
  return options.definitions ? *options.definitions : fhir::Definitions::r4();
}

}  // namespace

struct Service::Content {
  const authoring::Authoring authoring;
  Context context;
  Outstanding outstanding;
  UnpackedBodies unpacked_bodies;
  Workers workers;
  const Driver driver{context, workers};

  Content(const ServiceOptions& options, auth::TokenService& tokens, const disclosure::Gate& gate,
          const admission::Admission& admission, const terminology::Terminology& terminology)
      : authoring(gate, admission, definitions_of(options)),
        context{options.base_url,        tokens,      gate, admission, authoring,
                definitions_of(options), terminology, {},   {}},
        workers(options.workers, options.queue_max) {
    context.reviews = options.reviews;
    context.intake = options.intake;
    context.capability_statement =
        capability_statement(context.base_url, context.definitions, options.guides);
  }

  // Success: the call may go on. The order matters: a requester that may not be served learns nothing else.
  Result<void> authorize(const Match& match, Result<auth::Requester>&& requester, Call& call) const {
    if (match.access == Access::open) return {};
    if (!requester) return requester.error();
    call.requester = std::move(*requester);
    return {};
  }

  // Indents and codes the answer if the client wants that. It runs on a worker, because the caller may be a
  // thread that must not be held up.
  void respond(const std::shared_ptr<Exchange>& exchange, Workers::Share share, net::Response response) {
    const bool indents = exchange->is_pretty && can_indent(response);
    const bool codes = exchange->accepted && is_worth_coding(*exchange->accepted, response);
    if (!indents && !codes) return exchange->finish(std::move(response));
    workers.resume(share, [this, exchange, share, indents, response = std::move(response)]() mutable {
      if (indents) indent(response);
      if (exchange->accepted && is_worth_coding(*exchange->accepted, response))
        code(*exchange->accepted, response, workers, share);
      exchange->finish(std::move(response));
    });
  }

  // Checks that every call must pass, and unpacks its body.
  Result<void> receive(Exchange& exchange, const Match& match, Call& call) {
    if (auto checked = check_call(context, match, call); !checked) return checked;
    if (exchange.accepted)
      if (auto checked = check_accepted(*exchange.accepted); !checked) return checked;
    return unpacked_bodies.unpack(call.request, body_bytes_max(match), call.share, exchange.held);
  }

  // The type for the log, only if R4 has a type of this name. Other parts of a path may be about a person.
  std::string_view type_of(const Match& match) const {
    const bool is_named = match.route && !match.route->is_of_type();  // "/fhir/ValueSet/$expand"
    const auto parts = split(is_named ? match.route->pattern : std::string_view(), '/');
    const std::string_view given = parts.size() > 2                   ? parts[2]
                                   : match.values.empty() || is_named ? std::string_view()
                                                                      : match.values[0];
    const fhir::Type* const type = context.definitions.find_resource(given);
    return type ? std::string_view(type->name) : "-";
  }

  void dispatch(const std::shared_ptr<Exchange>& exchange, net::Request request,
                Result<auth::Requester> requester) {
    if (request.deadline.passed() || context.ending) return exchange->finish(failure(time_over()));
    const Workers::Share share = share_of(requester, request);
    const std::string_view target = request.target;
    const auto mark = target.find('?');
    auto match = find_route(request.method, path_of(target));
    auto query = net::parse_form(mark == target.npos ? std::string_view{} : target.substr(mark + 1));
    const bool readable = match && query;
    if (!match) match = Match{};
    if (match->route) exchange->interaction = match->route->name;
    exchange->resource_type = type_of(*match);
    if (is_coded(match->route)) exchange->accepted = net::accepted_coding(request);
    const bool negotiates = match->route && match->route->negotiates;
    const auto answer = [this, exchange, share](net::Response response) {
      respond(exchange, share, std::move(response));
    };
    Call call{std::move(request),    match->values, query ? std::move(*query) : net::Headers{}, {}, share,
              exchange->request_id()};
    const auto is_pretty = wants_pretty(call);
    exchange->is_pretty = negotiates && is_pretty && *is_pretty;
    if (auto authorized = authorize(*match, std::move(requester), call); !authorized)
      return answer(unauthenticated(authorized.error(), call.request));
    if (!readable)
      return answer(
          failure(problem(Kind::incorrect, "the target has a malformed escape", std::string(at_path))));
    if (auto received = receive(*exchange, *match, call); !received)
      return answer(refusal_of(received.error(), *match));
    driver.run(match->route->interaction, std::move(call), answer);
  }

  // The boundary before an interaction begins. After that, the driver is the boundary.
  void run(const std::shared_ptr<Exchange>& exchange, net::Request request,
           Result<auth::Requester> requester) {
    try {
      dispatch(exchange, std::move(request), std::move(requester));
    } catch (const TimeOver&) {
      exchange->finish(failure(time_over()));
    } catch (const std::exception& e) {
      log::error(fmt::format("rest: request {} failed: {}", exchange->request_id(), e.what()));
      exchange->finish(failure(problem(Kind::fault, e.what())));
    }
  }
};

Service::Service(ServiceOptions options, auth::TokenService& tokens, const disclosure::Gate& gate,
                 const admission::Admission& admission, const terminology::Terminology& terminology)
    : content_(std::make_unique<Content>(options, tokens, gate, admission, terminology)) {}

Service::~Service() { wait_until_idle(); }

void Service::wait_until_idle() { content_->outstanding.wait_for_none(); }

void Service::end() { content_->context.ending = true; }

void Service::handle(net::Request request, net::Reply reply) {
  auto exchange = std::make_shared<Exchange>(std::move(reply), request, content_->outstanding);
  auto requester = content_->context.tokens.authenticate(request.header("Authorization"));
  if (requester) exchange->client = requester->client_id;
  const Workers::Share share = share_of(requester, request);
  const Workers::Offer offer =
      content_->workers.offer(share, [content = content_.get(), exchange, request = std::move(request),
                                      requester = std::move(requester)]() mutable {
        content->run(exchange, std::move(request), std::move(requester));
      });
  if (offer == Workers::Offer::full) exchange->finish(failure(problem(Kind::busy, "too many requests wait")));
  if (offer == Workers::Offer::share_full)
    exchange->finish(failure(problem(
        Kind::limited, "too many requests of this client wait; wait for answers before you send more")));
}

net::Reception Service::receive(const net::Request& head) const {
  const auto match = find_route(head.method, path_of(head.target));
  if (match && match->access == Access::open) return {{}, body_bytes_max(*match), false};
  const auto requester = content_->context.tokens.authenticate(head.header("Authorization"));
  if (requester) return {{}, limits::http_body_bytes_max, true};
  net::Response refused = unauthenticated(requester.error(), head);
  complete_unanswered(refused);
  return {std::move(refused), 0, false};
}

net::Response Service::refusal(unsigned status, std::string_view what) const noexcept try {
  struct Refusal {
    unsigned status;
    Kind kind;
    std::string_view code, field;
    std::string_view limit;  // added to the words of the HTTP reader
  };
  static constexpr Refusal refusals[] = {
      {408, Kind::limited, "timeout", "http.request", ""},
      {413, Kind::limited, "too-long", "http.body",
       "; at most 16 MiB are taken, 32 KiB where no token is needed"},
      {414, Kind::limited, "too-long", "http.path", "; at most 16 KiB are taken"},
      {417, Kind::unsupported, "not-supported", "http.Expect", ""},
      {429, Kind::limited, "throttled", "http.request", "; wait for answers before you send more"},
      {431, Kind::limited, "too-long", "http.headers", "; at most 16 KiB are taken, in 100 fields"},
      {504, Kind::busy, "timeout", "http.request", ""},
      {505, Kind::unsupported, "not-supported", "http.request", ""},
  };
  static_assert(limits::http_body_bytes_max == 16u << 20 && limits::http_open_body_bytes_max == 32u << 10 &&
                    limits::http_header_bytes_max == 16u << 10 && limits::http_fields_max == 100,
                "the words above say so");
  Refusal found{400, Kind::incorrect, "structure", "http.request", ""};
  for (const Refusal& refusal : refusals)
    if (refusal.status == status) found = refusal;
  net::Response response = failure(problem(found.kind, std::string(what) + std::string(found.limit),
                                           std::string(found.field), std::string(found.code)));
  response.status = status;
  complete_unanswered(response);
  return response;
} catch (...) {
  log_caught("rest: a refusal");
  return {status, {}, {}};
}

}  // namespace handoff::rest
