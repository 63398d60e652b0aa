#include "net/session.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/boundary.h"

namespace handoff::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

// room for the beginning of a request; an idle connection holds no more
constexpr std::size_t first_bytes = 512;
constexpr std::size_t more_bytes = 16u << 10;  // at once: a record of TLS
constexpr std::size_t hold_step = 4u << 10;    // bytes of a body that are counted at once

constexpr std::chrono::seconds late_grace{1};  // to tell a slow sender about it

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// Calls the handler. The session resumes on its own thread when the reply comes, from any thread, or when the
// session calls `unanswered`. The later of the two has no effect.
struct AskHandler {
  template <class Completion>
  void operator()(Completion&& completion, const Shared* shared, Request* request,
                  std::function<void(Response)>* unanswered) const {
    auto waiting =
        std::make_shared<std::optional<std::decay_t<Completion>>>(std::forward<Completion>(completion));
    auto executor = asio::get_associated_executor(**waiting);
    const auto complete = [waiting](Response response) {
      if (!*waiting) return;
      auto resume = std::move(**waiting);
      waiting->reset();
      std::move(resume)(std::move(response));
    };
    const auto reply = [executor, complete](Response response) {
      asio::post(executor,
                 [complete, response = std::move(response)]() mutable { complete(std::move(response)); });
    };
    *unanswered = complete;
    const bool asked = runs_to_end("net: the handler", [&] { shared->handler(std::move(*request), reply); });
    if (!asked) reply(shared->refusal(500, "the server failed"));
  }
};

}  // namespace

Session::Session(Shared& shared, IoThread& io, asio::ip::tcp::socket socket, std::string peer,
                 std::unique_ptr<Addresses::Share> share)
    : shared_(shared),
      io_(io),
      tls_(shared.tls()),
      stream_(std::move(socket), *tls_),
      peer_(std::move(peer)),
      share_(std::move(share)) {
  io_.sessions.insert(this);
  ++shared_.connections;
}

Session::~Session() {
  io_.sessions.erase(this);
  --shared_.connections;
}

void Session::end_if_idle() {
  if (idle_) lowest().cancel();
}

void Session::abandon() { lowest().close(); }

// Unlike a deadline of the stream, this one keeps the connection open, so that a slow sender can be told. The
// stream's own deadline comes later. It covers the moment when there is no read to cancel.
void Session::expect_within(std::chrono::milliseconds time) {
  lowest().expires_after(time + late_grace);
  deadline_.expires_after(time);
  deadline_.async_wait([self = std::weak_ptr(self_)](const error_code& cancelled) {
    const auto session = self.lock();
    if (cancelled || !session || (*session)->deadline_.expiry() > std::chrono::steady_clock::now()) return;
    (*session)->late_ = true;
    (*session)->lowest().cancel();
  });
}

// One timer serves many requests. If it fires too early, it is set again, because most answers come long
// before it.
void Session::watch_answer() {
  if (watched_) return;
  watched_ = true;
  answer_timer_.expires_at(answer_due_);
  answer_timer_.async_wait([self = std::weak_ptr(self_)](const error_code&) {
    const auto session = self.lock();
    if (session) (*session)->look_after_answer();
  });
}

void Session::look_after_answer() {
  watched_ = false;
  if (!unanswered_) return;
  if (std::chrono::steady_clock::now() < answer_due_) return watch_answer();
  const auto complete = std::exchange(unanswered_, {});
  complete(shared_.refusal(504, "no answer was made in time; whether the request took effect is not known"));
}

void Session::expect_no_more() { deadline_.expires_at(std::chrono::steady_clock::time_point::max()); }

asio::awaitable<void> Session::serve() {
  lowest().expires_after(limits::tls_handshake_timeout);
  auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_tuple);
  if (failed) co_return;
  share_->greeted();
  bool again = true;
  while (again) {
    const bool more = co_await exchange();
    again = more && !shared_.draining;
  }
  co_await close();
  if (lingers_) co_await linger();
}

// Reads some more bytes into the buffer. False if none came, in time or at all.
asio::awaitable<bool> Session::read(std::size_t bytes_max) {
  const auto space = buffer_.prepare(bytes_max);
  auto [failed, bytes] = co_await stream_.async_read_some(space, as_tuple);
  buffer_.commit(bytes);
  co_return !failed;
}

// True when the first bytes of a request have arrived.
asio::awaitable<bool> Session::await_request() {
  if (buffer_.size() > 0) co_return true;  // they came with the previous request
  if (buffer_.capacity() > first_bytes) buffer_ = beast::flat_buffer();
  idle_ = true;
  lowest().expires_after(first_ ? shared_.options.header_timeout : shared_.options.idle_timeout);
  const bool came = co_await read(first_bytes);
  idle_ = false;
  first_ = false;
  co_return came;
}

void Session::take(RequestFraming& framing) {
  const auto bytes = buffer_.data();
  buffer_.consume(framing.take({static_cast<const char*>(bytes.data()), bytes.size()}));
}

bool Session::refuse(unsigned status, std::string_view what) {
  refusal_ = shared_.refusal(status, what);
  return false;
}

// False: the connection is over, or a refusal is sent as its last answer.
asio::awaitable<bool> Session::read_head(RequestFraming& framing) {
  const bool begun = co_await await_request();
  if (!begun) co_return false;
  take(framing);
  const bool is_whole = framing.state() != RequestFraming::State::head;
  if (!is_whole) expect_within(shared_.options.header_timeout);
  while (framing.state() == RequestFraming::State::head) {
    const bool more = co_await read(more_bytes);
    if (late_) refuse(408, "the head of the request did not arrive in time");
    if (late_ || !more) co_return false;
    take(framing);
  }
  if (!is_whole) expect_no_more();
  if (framing.state() == RequestFraming::State::refused) refuse(framing.fault().status, framing.fault().what);
  co_return framing.state() != RequestFraming::State::refused;
}

// Decides before any of the body is read if it may come, and how long it may be.
bool Session::receives(RequestFraming& framing) {
  Reception reception{{}, shared_.options.body_bytes_max, true};
  const bool judged = !shared_.options.reception || runs_to_end("net: the reception", [&] {
    reception = shared_.options.reception(framing.head());
  });
  if (!judged) return refuse(500, "the server failed");
  if (reception.refusal) {
    refusal_ = std::move(*reception.refusal);
    return false;
  }
  has_token_ = reception.has_token;
  framing.allow_body(reception.body_bytes_max);
  return framing.state() != RequestFraming::State::refused ||
         refuse(framing.fault().status, framing.fault().what);
}

// Counts the body against its address's limit, in steps as the bytes arrive. Announced bytes do not count.
bool Session::holds(const RequestFraming& framing) {
  if (framing.body_bytes() <= held_bytes_) return true;
  const std::size_t more = std::max(framing.body_bytes() - held_bytes_, hold_step);
  if (!share_->hold(more, has_token_)) return refuse(429, "too many bodies from this address are under way");
  held_bytes_ += more;
  return true;
}

asio::awaitable<bool> Session::read_body(RequestFraming& framing) {
  if (!receives(framing)) co_return false;
  if (framing.expects_continue() && buffer_.size() == 0) {
    lowest().expires_after(shared_.options.body_timeout);
    const std::string proceed = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [unwritten, written] = co_await asio::async_write(stream_, asio::buffer(proceed), as_tuple);
    if (unwritten) co_return false;
  }
  take(framing);
  if (!holds(framing)) co_return false;
  const bool is_whole = framing.state() != RequestFraming::State::body;
  if (!is_whole) expect_within(shared_.options.body_timeout);
  while (framing.state() == RequestFraming::State::body) {
    const bool more = co_await read(more_bytes);
    if (late_) refuse(408, "the body did not arrive in time");
    if (late_ || !more) co_return false;
    take(framing);
    if (!holds(framing)) co_return false;
  }
  if (!is_whole) expect_no_more();
  if (framing.state() == RequestFraming::State::refused) refuse(framing.fault().status, framing.fault().what);
  co_return framing.state() != RequestFraming::State::refused;
}

asio::awaitable<Response> Session::answer(RequestFraming& framing) {
  Request request = std::move(framing).take_request();
  request.peer = peer_;
  request.deadline = Deadline::after(shared_.options.request_timeout);
  lowest().expires_never();
  answer_due_ =
      std::chrono::steady_clock::now() + shared_.options.request_timeout + limits::http_answer_grace;
  watch_answer();
  const AskHandler ask;
  Response response = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(
      ask, asio::use_awaitable, &shared_, &request, &unanswered_);
  unanswered_ = {};
  share_->release();
  held_bytes_ = 0;
  co_return response;
}

// One request and its answer. True if another request may follow.
asio::awaitable<bool> Session::exchange() {
  RequestFraming framing({.header_bytes_max = shared_.options.header_bytes_max});
  const bool has_head = co_await read_head(framing);
  bool is_whole = has_head;
  if (has_head && framing.state() == RequestFraming::State::body) {
    const bool has_body = co_await read_body(framing);
    is_whole = has_body;
  }
  if (!is_whole) {
    expect_no_more();
    if (refusal_.status == 0) co_return false;
    lingers_ = !late_;  // a slow sender gets no more time
    const Sending last{};
    co_await write(std::move(refusal_), last);
    co_return false;
  }
  const bool keep = framing.keeps_connection();
  const bool head_only = framing.head().method == "HEAD",
             is_safe = head_only || framing.head().method == "GET";
  Response response = co_await answer(framing);
  // HTTP/1.0 has no chunks: such a body ends with the connection.
  const bool is_bare = response.rest != nullptr && framing.is_version_1_0();
  const bool stays = keep && !is_bare && !shared_.draining && response.status != 504;
  lingers_ = !stays && buffer_.size() > 0;
  if (is_safe && !holds_answer(response))
    response = shared_.refusal(429, "too many answers to this address are under way");
  const Sending how{stays, head_only, is_bare};
  const bool sent = co_await write(std::move(response), how);
  share_->release();
  const bool again = stays && sent;
  co_return again;
}

// A long answer counts like a body until it is sent, so that a slow reader holds no more than its share. The
// answer to a write is always sent. A read can be repeated.
bool Session::holds_answer(const Response& response) {
  return response.body.size() < long_answer_bytes || share_->hold(response.body.size(), true);
}

asio::awaitable<void> Session::close() {
  lowest().expires_after(limits::tls_shutdown_timeout);
  [[maybe_unused]] auto [ignored] = co_await stream_.async_shutdown(as_tuple);  // a truncation here is normal
}

// Reads and drops what a refused sender still sends, for a while. If the connection closed with unread bytes,
// it would be reset, and the answer would be lost (RFC 9112, section 9.6).
asio::awaitable<void> Session::linger() {
  error_code none;
  lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, none);
  lowest().expires_after(limits::http_linger_timeout);
  buffer_.clear();
  std::size_t dropped = 0;
  bool more = true;
  while (more && dropped < limits::http_linger_bytes_max) {
    const auto space = buffer_.prepare(more_bytes);
    auto [failed, bytes] = co_await lowest().async_read_some(space, as_tuple);
    dropped += bytes;
    more = !failed;
  }
}

}  // namespace handoff::net
