#include "net/server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/boundary.h"
#include "core/log.h"
#include "core/thread.h"
#include "net/session.h"
#include "net/tls.h"

namespace handoff::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::seconds warning_interval{60};
constexpr const char* port_taken = "conflict";
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// The address of the other side, as limits distinguish it. An IPv4 address is used whole. Of an IPv6 address
// the first half is used, because one network owns all of the second half.
std::string peer_of(const tcp::socket& socket) {
  error_code gone;
  const asio::ip::address address = socket.remote_endpoint(gone).address();
  if (gone || address.is_v4()) return address.to_string();
  const asio::ip::address_v6 six = address.to_v6();
  if (six.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, six).to_string();
  auto bytes = six.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6(bytes).to_string() + "/64";
}

asio::awaitable<void> run_session(Shared& shared, IoThread& io, tcp::socket socket, std::string peer,
                                  std::unique_ptr<Addresses::Share> share) {
  Session session(shared, io, std::move(socket), std::move(peer), std::move(share));
  co_await session.serve();
}

// Logs the end of a connection or of the accept loop.
void log_end(std::exception_ptr failure) {
  if (failure)
    runs_to_end("net: a connection ended by a fault", [&failure] { std::rethrow_exception(failure); });
}

// An exception ends only the handler that threw it. The thread goes on with the others.
void run(asio::io_context& context) {
  while (!runs_to_end("net: an io thread goes on after a fault", [&context] { context.run(); })) {}
}

// Counts the connection and serves it, or closes it.
void greet(Shared& shared, IoThread& io, tcp::socket socket) {
  if (shared.connections >= shared.options.connections_max) return;
  std::string peer = peer_of(socket);
  auto share = shared.addresses.connect(peer);
  if (!share) return;
  error_code none;
  socket.set_option(tcp::no_delay(true), none);
  asio::co_spawn(io.context, run_session(shared, io, std::move(socket), std::move(peer), std::move(share)),
                 log_end);
}

asio::awaitable<void> accept_loop(Shared& shared, IoThread& io) {
  asio::steady_timer pause(io.context);
  std::chrono::steady_clock::time_point quiet_until{};
  while (io.acceptor.is_open()) {
    auto [failed, socket] = co_await io.acceptor.async_accept(as_tuple);
    if (!io.acceptor.is_open()) co_return;
    if (failed) {  // out of descriptors: wait until some are free
      if (const auto now = std::chrono::steady_clock::now(); now > quiet_until) {
        log::warn(fmt::format("net: no connection can be accepted: {}", failed.message()));
        quiet_until = now + warning_interval;
      }
      pause.expires_after(std::chrono::milliseconds{100});
      [[maybe_unused]] auto [ignored] = co_await pause.async_wait(as_tuple);
      continue;
    }
    runs_to_end("net: a connection was not greeted", [&] { greet(shared, io, std::move(socket)); });
  }
}

// Restarts the loop after any failure, as long as it may accept.
void keep_accepting(Shared& shared, IoThread& io) {
  asio::co_spawn(io.context, accept_loop(shared, io), [&shared, &io](std::exception_ptr failure) {
    log_end(failure);
    if (failure && io.acceptor.is_open()) keep_accepting(shared, io);
  });
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
  if (failed == asio::error::address_in_use)
    return problem(Kind::unavailable,
                   fmt::format("port {} of {} is taken by another program", port, options.address), {},
                   port_taken);
  if (failed)
    return problem(Kind::unavailable,
                   fmt::format("cannot listen on {}:{}: {}", options.address, port, failed.message()));
  return {};
}

}  // namespace

struct Server::Content {
  Content(ServerOptions options, Handler handler) : shared(std::move(options), std::move(handler)) {}

  Shared shared;
  std::vector<std::unique_ptr<IoThread>> io;
  std::uint16_t port = 0;

  void stop() {
    for (auto& each : io) each->context.stop();
    for (auto& each : io)
      if (each->thread.joinable()) each->thread.join();
  }
};

Server::Server(ServerOptions options, Handler handler)
    : content_(std::make_unique<Content>(std::move(options), std::move(handler))) {}
Server::~Server() { content_->stop(); }

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  std::unique_ptr<Server> server(new Server(std::move(options), std::move(handler)));
  Content& content = *server->content_;
  auto tls = load_tls(content.shared.options.certificate_file, content.shared.options.key_file);
  if (!tls) return tls.error();
  content.shared.set_tls(std::move(*tls));
  content.port = content.shared.options.port;
  for (std::size_t i = 0; i < content.shared.options.threads; ++i) {
    content.io.push_back(std::make_unique<IoThread>());
    IoThread& io = *content.io.back();
    if (auto listening = listen(io, content.shared.options, content.port); !listening)
      return listening.error();
    // the first thread takes a free port, the others join it
    content.port = io.acceptor.local_endpoint().port();
    keep_accepting(content.shared, io);
  }
  for (auto& io : content.io)
    io->thread = start_thread("net: an io thread", [&context = io->context] { run(context); });
  return server;
}

Result<void> Server::reload(const std::filesystem::path& certificate_file,
                            const std::filesystem::path& key_file) {
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
  while (connections() > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  for (auto& io : content_->io) {
    asio::post(io->context, [&thread = *io] {
      for (Session* session : thread.sessions) session->abandon();
    });
  }
}

bool is_port_taken(const Problem& problem) {
  return problem.kind == Kind::unavailable && !problem.issues.empty() &&
         problem.issues.front().code == port_taken;
}

Result<void> check_certificate(const std::filesystem::path& certificate_file,
                               const std::filesystem::path& key_file) {
  const auto tls = load_tls(certificate_file, key_file);
  if (!tls) return tls.error();
  return {};
}

}  // namespace handoff::net
