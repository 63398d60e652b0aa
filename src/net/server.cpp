#include "net/server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <set>
#include <thread>

#include "core/civil.h"
#include "core/log.h"
#include "net/certificate.h"

namespace handoff::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::size_t first_bytes = 512;  // room for the beginning of a request: all that an idle connection holds
constexpr std::chrono::seconds told_again{60};

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

struct Shared {
  ServerOptions options;
  Handler handler;
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> draining{false};

  // Whoever has taken it keeps it: a session's stands as long as the session.
  std::shared_ptr<asio::ssl::context> tls() const {
    const std::lock_guard hold(mutex_);
    return tls_;
  }
  void set_tls(std::shared_ptr<asio::ssl::context> tls) {
    const std::lock_guard hold(mutex_);
    tls_.swap(tls);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<asio::ssl::context> tls_;
};

// Calls the handler and resumes the session on its own thread when the reply comes, from wherever it comes.
struct AskHandler {
  template <class Completion>
  void operator()(Completion&& completion, const Handler* handler, Request* request) const {
    auto kept = std::make_shared<std::decay_t<Completion>>(std::forward<Completion>(completion));
    (*handler)(std::move(*request), [kept](Response response) {
      auto executor = asio::get_associated_executor(*kept);
      asio::post(executor, [kept, response = std::move(response)]() mutable { std::move (*kept)(std::move(response)); });
    });
  }
};

class Session;

// One io thread: its context, its acceptor, and the sessions that live on it (touched by that thread only).
// The sessions' set outlives the context: what still runs when the context goes, leaves the set then.
struct IoThread {
  std::set<Session*> sessions;
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  std::thread thread;
};

class Session {
 public:
  Session(Shared& shared, IoThread& io, tcp::socket socket)
      : shared_(shared), io_(io), tls_(shared.tls()), stream_(std::move(socket), *tls_) {
    io_.sessions.insert(this);
    ++shared_.connections;
  }
  ~Session() {
    io_.sessions.erase(this);
    --shared_.connections;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  asio::awaitable<void> serve();
  void end_if_idle() {
    if (idle_) lowest().cancel();
  }
  void abandon() { lowest().close(); }

 private:
  using Parser = http::request_parser<http::string_body>;
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }
  asio::awaitable<bool> exchange();
  void expect_within(std::chrono::milliseconds time);
  void expect_no_more();
  asio::awaitable<bool> await_request();
  asio::awaitable<bool> read_request(Parser& parser, Response& refusal);
  asio::awaitable<bool> write(Response response, bool keep, bool head_only);
  asio::awaitable<void> close();

  Shared& shared_;
  IoThread& io_;
  const std::shared_ptr<asio::ssl::context> tls_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  asio::steady_timer deadline_{io_.context};
  const std::shared_ptr<Session*> self_ = std::make_shared<Session*>(this);
  bool late_ = false;
  bool idle_ = false;
  bool first_ = true;
};

// Unlike a deadline of the stream this one leaves the connection open: whoever is too slow can be told so.
void Session::expect_within(std::chrono::milliseconds time) {
  lowest().expires_never();
  deadline_.expires_after(time);
  deadline_.async_wait([self = std::weak_ptr(self_)](const error_code& cancelled) {
    const auto session = self.lock();
    if (cancelled || !session || (*session)->deadline_.expiry() > std::chrono::steady_clock::now()) return;
    (*session)->late_ = true;
    (*session)->lowest().cancel();
  });
}

void Session::expect_no_more() { deadline_.expires_at(std::chrono::steady_clock::time_point::max()); }

asio::awaitable<void> Session::serve() {
  lowest().expires_after(limits::tls_handshake_timeout);
  auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_tuple);
  if (failed) co_return;
  bool again = true;
  while (again) {
    const bool more = co_await exchange();
    again = more && !shared_.draining;
  }
  co_await close();
}

unsigned refusal_status(const error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == beast::error::timeout) return 408;
  return 400;
}

// True when the first bytes of a request are there.
asio::awaitable<bool> Session::await_request() {
  if (buffer_.size() > 0) co_return true;  // they came with the request before
  idle_ = true;
  lowest().expires_after(first_ ? shared_.options.header_timeout : shared_.options.idle_timeout);
  const auto space = buffer_.prepare(first_bytes);
  auto [failed, bytes] = co_await stream_.async_read_some(space, as_tuple);
  buffer_.commit(bytes);
  idle_ = false;
  first_ = false;
  co_return !failed;
}

// False: the connection is over, or `refusal` (status other than 0) is to be sent as its last answer.
asio::awaitable<bool> Session::read_request(Parser& parser, Response& refusal) {
  refusal.status = 0;
  const bool begun = co_await await_request();
  if (!begun) co_return false;
  expect_within(shared_.options.header_timeout);
  auto [failed, bytes] = co_await http::async_read_header(stream_, buffer_, parser, as_tuple);
  if (!failed) {
    expect_within(shared_.options.body_timeout);
    if (equal_ignoring_case(std::string_view(parser.get()[http::field::expect]), "100-continue")) {
      const std::string proceed = "HTTP/1.1 100 Continue\r\n\r\n";
      auto [unwritten, written] = co_await asio::async_write(stream_, asio::buffer(proceed), as_tuple);
      if (unwritten) co_return false;
    }
    auto [body_failed, body_bytes] = co_await http::async_read(stream_, buffer_, parser, as_tuple);
    failed = body_failed;
  }
  expect_no_more();
  if (!failed) co_return true;
  if (late_) failed = beast::error::timeout;
  const bool spoke = failed.category() == http::make_error_code(http::error::end_of_stream).category() &&
                     failed != http::error::end_of_stream && failed != http::error::partial_message;
  if (spoke || late_) {
    refusal = shared_.options.refusal ? shared_.options.refusal(refusal_status(failed), failed.message())
                                      : Response{refusal_status(failed), {}, {}};
  }
  co_return false;
}

Request to_request(http::request<http::string_body>&& message) {
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  return request;
}

// One request and its answer; true if another may follow.
asio::awaitable<bool> Session::exchange() {
  Parser parser;
  parser.header_limit(std::uint32_t(shared_.options.header_bytes_max));
  parser.body_limit(shared_.options.body_bytes_max);
  Response response;
  const bool complete = co_await read_request(parser, response);
  if (!complete) {
    if (response.status == 0) co_return false;
    co_await write(std::move(response), false, false);
    co_return false;
  }
  const bool keep = parser.get().keep_alive();
  const bool head_only = parser.get().method() == http::verb::head;
  Request request = to_request(parser.release());
  lowest().expires_never();  // the handler has its own deadline
  const AskHandler ask;
  Response answer =
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(ask, asio::use_awaitable, &shared_.handler, &request);
  const bool sent = co_await write(std::move(answer), keep && !shared_.draining, head_only);
  const bool again = keep && sent;
  co_return again;
}

// Head and body in one write: one TLS record where they fit.
asio::awaitable<bool> Session::write(Response response, bool keep, bool head_only) {
  std::string bytes = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const auto& [name, value] : response.headers) fmt::format_to(std::back_inserter(bytes), "{}: {}\r\n", name, value);
  if (response.status != 204 && response.status != 304)
    fmt::format_to(std::back_inserter(bytes), "Content-Length: {}\r\n", response.body.size());
  bytes += keep ? "\r\n" : "Connection: close\r\n\r\n";
  if (!head_only) bytes += response.body;
  lowest().expires_after(shared_.options.body_timeout);
  auto [failed, written] = co_await asio::async_write(stream_, asio::buffer(bytes), as_tuple);
  co_return !failed;
}

asio::awaitable<void> Session::close() {
  lowest().expires_after(limits::tls_shutdown_timeout);
  [[maybe_unused]] auto [ignored] = co_await stream_.async_shutdown(as_tuple);  // a truncation here is normal
}

asio::awaitable<void> run_session(Shared& shared, IoThread& io, tcp::socket socket) {
  Session session(shared, io, std::move(socket));
  co_await session.serve();
}

void log_end(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    log::error(fmt::format("net: a connection ended by a fault: {}", e.what()));
  }
}

asio::awaitable<void> accept_loop(Shared& shared, IoThread& io) {
  asio::steady_timer pause(io.context);
  std::chrono::steady_clock::time_point quiet_until{};
  while (io.acceptor.is_open()) {
    auto [failed, socket] = co_await io.acceptor.async_accept(as_tuple);
    if (!io.acceptor.is_open()) co_return;
    if (failed) {  // out of descriptors: wait for some to come back
      if (const auto now = std::chrono::steady_clock::now(); now > quiet_until) {
        log::warn(fmt::format("net: no connection can be accepted: {}", failed.message()));
        quiet_until = now + told_again;
      }
      pause.expires_after(std::chrono::milliseconds{100});
      [[maybe_unused]] auto [ignored] = co_await pause.async_wait(as_tuple);
      continue;
    }
    if (shared.connections >= shared.options.connections_max) continue;  // closes the socket
    error_code none;
    socket.set_option(tcp::no_delay(true), none);
    asio::co_spawn(io.context, run_session(shared, io, std::move(socket)), log_end);
  }
}

Result<std::shared_ptr<asio::ssl::context>> load_tls(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file) {
  error_code failed;
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 | asio::ssl::context::default_workarounds);
  tls->use_certificate_chain_file(certificate_file.string(), failed);
  if (failed) return problem(Kind::incorrect, fmt::format("certificate {}: {}", certificate_file.string(), failed.message()));
  const auto ends = certificate_ends(certificate_file);
  if (!ends) return ends.error();
  const Instant end = *std::min_element(ends->begin(), ends->end());  // no chain is longer good than its links
  if (end <= SystemClock().now())
    return problem(Kind::incorrect, fmt::format("certificate {}: expired at {}", certificate_file.string(), format_instant(end)));
  tls->use_private_key_file(key_file.string(), asio::ssl::context::pem, failed);
  if (failed) return problem(Kind::incorrect, fmt::format("private key {}: {}", key_file.string(), failed.message()));
  SSL_CTX_set_mode(tls->native_handle(), SSL_MODE_RELEASE_BUFFERS);          // an idle connection keeps none
  SSL_CTX_set_session_cache_mode(tls->native_handle(), SSL_SESS_CACHE_OFF);  // tickets do it, and are kept by the clients
  return tls;
}

Result<void> listen(IoThread& io, const ServerOptions& options, std::uint16_t port) {
  error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) return problem(Kind::incorrect, fmt::format("no such address: {}", options.address));
  const tcp::endpoint endpoint(address, port);
  io.acceptor.open(endpoint.protocol(), failed);
  if (!failed) io.acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed && options.threads > 1) io.acceptor.set_option(reuse_port(true), failed);
  if (!failed) io.acceptor.bind(endpoint, failed);
  if (!failed) io.acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return problem(Kind::unavailable, fmt::format("cannot listen on {}:{}: {}", options.address, port, failed.message()));
  return {};
}

}  // namespace

struct Server::Content {
  Shared shared;
  std::vector<std::unique_ptr<IoThread>> io;
  std::uint16_t port = 0;

  void stop() {
    for (auto& each : io) each->context.stop();
    for (auto& each : io)
      if (each->thread.joinable()) each->thread.join();
  }
};

Server::Server() : content_(std::make_unique<Content>()) {}
Server::~Server() { content_->stop(); }

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  std::unique_ptr<Server> server(new Server);
  Content& content = *server->content_;
  content.shared.options = std::move(options);
  content.shared.handler = std::move(handler);
  auto tls = load_tls(content.shared.options.certificate_file, content.shared.options.key_file);
  if (!tls) return tls.error();
  content.shared.set_tls(std::move(*tls));
  content.port = content.shared.options.port;
  for (std::size_t i = 0; i < content.shared.options.threads; ++i) {
    content.io.push_back(std::make_unique<IoThread>());
    IoThread& io = *content.io.back();
    if (auto listening = listen(io, content.shared.options, content.port); !listening) return listening.error();
    content.port = io.acceptor.local_endpoint().port();  // the first takes a free one, the others join it
    asio::co_spawn(io.context, accept_loop(content.shared, io), log_end);
  }
  for (auto& io : content.io) io->thread = std::thread([&context = io->context] { context.run(); });
  return server;
}

Result<void> Server::reload(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file) {
  auto tls = load_tls(certificate_file, key_file);
  if (!tls) return tls.error();
  content_->shared.set_tls(std::move(*tls));
  return {};
}

std::uint16_t Server::port() const { return content_->port; }
std::size_t Server::connections() const { return content_->shared.connections; }

void Server::drain(std::chrono::milliseconds grace) {
  content_->shared.draining = true;
  for (auto& io : content_->io) {
    asio::post(io->context, [&thread = *io] {
      error_code none;
      thread.acceptor.close(none);
      for (Session* session : thread.sessions) session->end_if_idle();
    });
  }
  const auto deadline = std::chrono::steady_clock::now() + grace;
  while (connections() > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  for (auto& io : content_->io) {
    asio::post(io->context, [&thread = *io] {
      for (Session* session : thread.sessions) session->abandon();
    });
  }
}

Result<void> check_certificate(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file) {
  const auto tls = load_tls(certificate_file, key_file);
  if (!tls) return tls.error();
  return {};
}

}  // namespace handoff::net
