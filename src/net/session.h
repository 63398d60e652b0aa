// One connection of the server: TLS, then requests one after another. Each wait has a deadline. Internal to
// net.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "net/address_limits.h"
#include "net/framing.h"
#include "net/server.h"

namespace handoff::net {

// What all sessions of a server share.
struct Shared {
  Shared(ServerOptions given, Handler answers)
      : options(std::move(given)), handler(std::move(answers)), addresses(options.address_limits) {}

  const ServerOptions options;
  const Handler handler;
  Addresses addresses;
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> draining{false};

  // A caller shares ownership: a session's context lives as long as the session.
  std::shared_ptr<boost::asio::ssl::context> tls() const {
    const std::lock_guard hold(mutex_);
    return tls_;
  }
  void set_tls(std::shared_ptr<boost::asio::ssl::context> tls) {
    const std::lock_guard hold(mutex_);
    tls_.swap(tls);
  }
  Response refusal(unsigned status, std::string_view what) const {
    return options.refusal ? options.refusal(status, what) : Response{status, {}, {}};
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
};

class Session;

// An answer from this size on is not copied, and counts against its address's limit until it is sent.
inline constexpr std::size_t long_answer_bytes = 256u << 10;

// One io thread: its context, its acceptor, and the sessions that live on it. Only that thread touches them.
// The set of sessions outlives the context, because sessions that still run leave the set when the context is
// destroyed.
struct IoThread {
  std::set<Session*> sessions;
  boost::asio::io_context context{1};
  boost::asio::ip::tcp::acceptor acceptor{context};
  std::thread thread;
};

class Session {
 public:
  // `peer`: the numeric address of the other side, to which `share` belongs.
  Session(Shared& shared, IoThread& io, boost::asio::ip::tcp::socket socket, std::string peer,
          std::unique_ptr<Addresses::Share> share);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  boost::asio::awaitable<void> serve();
  void end_if_idle();
  void abandon();

 private:
  boost::beast::tcp_stream& lowest() { return boost::beast::get_lowest_layer(stream_); }
  boost::asio::awaitable<bool> exchange();
  boost::asio::awaitable<bool> write_pieces(Response response, bool bare);
  boost::asio::awaitable<bool> write_bytes(std::string bytes);
  void expect_within(std::chrono::milliseconds time);
  void expect_no_more();
  void watch_answer();
  void look_after_answer();
  boost::asio::awaitable<bool> await_request();
  boost::asio::awaitable<bool> read(std::size_t bytes_max);
  void take(RequestFraming& framing);
  boost::asio::awaitable<bool> read_head(RequestFraming& framing);
  boost::asio::awaitable<bool> read_body(RequestFraming& framing);
  boost::asio::awaitable<Response> answer(RequestFraming& framing);
  bool refuse(unsigned status, std::string_view what);
  bool receives(RequestFraming& framing);
  bool holds(const RequestFraming& framing);
  bool holds_answer(const Response& response);
  // How an answer is sent. `bare`: HTTP/1.0, which knows no chunks; a long body ends with the connection.
  struct Sending {
    bool keep = false, head_only = false, bare = false;
  };
  boost::asio::awaitable<bool> write(Response response, Sending how);
  boost::asio::awaitable<void> close();
  boost::asio::awaitable<void> linger();

  Shared& shared_;
  IoThread& io_;
  const std::shared_ptr<boost::asio::ssl::context> tls_;
  boost::beast::ssl_stream<boost::beast::tcp_stream> stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer deadline_{io_.context};
  boost::asio::steady_timer answer_timer_{io_.context};
  std::chrono::steady_clock::time_point answer_due_;
  std::function<void(Response)> unanswered_;  // answers the request that the handler is working on
  bool watched_ = false;                      // answer_timer_ runs
  const std::shared_ptr<Session*> self_ = std::make_shared<Session*>(this);
  const std::string peer_;
  const std::unique_ptr<Addresses::Share> share_;
  std::size_t held_bytes_ = 0;   // of this request's body, counted in share_
  bool has_token_ = false;       // as this request's reception says
  Response refusal_{0, {}, {}};  // status 0: none
  bool late_ = false;
  bool idle_ = false;
  bool first_ = true;
  bool lingers_ = false;  // bytes may come that nobody reads
};

}  // namespace handoff::net
