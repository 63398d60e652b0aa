#include "load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "net/http.h"

namespace handoff::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("load: " + what); }

SSL_CTX* context_of(void* tls) { return static_cast<SSL_CTX*>(tls); }

struct Answer {
  unsigned status = 0;
  std::size_t head_bytes = 0, body_bytes = 0;
};

// Reads what has arrived so far. False if the head is not complete.
bool read_head(const std::string& bytes, Answer& answer) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == bytes.npos) return false;
  answer.head_bytes = end + 4;
  answer.status = unsigned(std::strtoul(bytes.c_str() + 9, nullptr, 10));
  for (std::size_t line = bytes.find("\r\n"); line < end; line = bytes.find("\r\n", line + 2)) {
    const std::string_view rest = std::string_view(bytes).substr(line + 2, 15);
    if (net::equal_ignoring_case(rest, "content-length:"))
      answer.body_bytes = std::strtoul(bytes.c_str() + line + 17, nullptr, 10);
  }
  return true;
}

}  // namespace

struct Client::Connection {
  int socket = -1;
  SSL* tls = nullptr;
  std::string in;
  Answer answer;
  SteadyClock::time_point begun;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (tls) SSL_free(tls);
    if (socket >= 0) ::close(socket);
  }

  void send(const std::string& request) {
    in.clear();
    answer = {};
    begun = SteadyClock::now();
    for (std::size_t sent = 0; sent < request.size();) {
      const int wrote = SSL_write(tls, request.data() + sent, int(request.size() - sent));
      if (wrote > 0) {
        sent += std::size_t(wrote);
        continue;
      }
      pollfd ready{socket, POLLOUT, 0};
      if (SSL_get_error(tls, wrote) != SSL_ERROR_WANT_WRITE || ::poll(&ready, 1, 10'000) != 1)
        fail("a request could not be sent");
    }
  }

  // True if the answer is complete.
  bool receive() {
    char bytes[16 << 10];
    for (;;) {
      const int got = SSL_read(tls, bytes, sizeof bytes);
      if (got <= 0) {
        if (SSL_get_error(tls, got) == SSL_ERROR_WANT_READ) return false;
        fail("the server closed a connection");
      }
      in.append(bytes, std::size_t(got));
      if (answer.head_bytes == 0 && !read_head(in, answer)) continue;
      if (in.size() >= answer.head_bytes + answer.body_bytes) return true;
    }
  }

  void check(unsigned status, std::size_t body_bytes_min) const {
    if (answer.status == status && answer.body_bytes >= body_bytes_min) return;
    fail(fmt::format("answered {} with {} bytes, wanted {} with {}: {}", answer.status, answer.body_bytes,
                     status, body_bytes_min, in.substr(0, 2000)));
  }
};

std::string http_request(const std::string& method, const std::string& target, const std::string& token,
                         const std::string& body) {
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/fhir+json\r\n", method, target);
  if (!token.empty()) text += fmt::format("Authorization: Bearer {}\r\n", token);
  if (!body.empty())
    text += fmt::format("Content-Type: application/fhir+json\r\nContent-Length: {}\r\n", body.size());
  return text + "\r\n" + body;
}

Client::Client(const std::filesystem::path& ca_file) : tls_(SSL_CTX_new(TLS_client_method())) {
  if (!tls_ || SSL_CTX_load_verify_locations(context_of(tls_), ca_file.c_str(), nullptr) != 1)
    fail("no certificate of an authority");
  SSL_CTX_set_verify(context_of(tls_), SSL_VERIFY_PEER, nullptr);
}

Client::~Client() { SSL_CTX_free(context_of(tls_)); }

std::unique_ptr<Client::Connection> Client::connect(std::uint16_t port) const {
  auto made = std::make_unique<Connection>();
  made->socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(made->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(made->socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    fail("nobody listens");
  made->tls = SSL_new(context_of(tls_));
  SSL_set_fd(made->tls, made->socket);
  if (SSL_connect(made->tls) != 1) fail("no TLS");
  ::fcntl(made->socket, F_SETFL, O_NONBLOCK);
  return made;
}

std::string Client::ask(std::uint16_t port, const std::string& request, unsigned status) {
  const auto connection = connect(port);
  connection->send(request);
  pollfd ready{connection->socket, POLLIN, 0};
  while (!connection->receive())
    if (::poll(&ready, 1, 10'000) != 1) fail("no answer");
  connection->check(status, 0);
  return connection->in.substr(connection->answer.head_bytes);
}

Measured Client::run(const ServerProcess& server, const Load& load) {
  const int events = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> connections;
  for (std::size_t i = 0; i < load.connections; ++i) {
    connections.push_back(connect(server.port()));
    epoll_event event{EPOLLIN, {connections.back().get()}};
    ::epoll_ctl(events, EPOLL_CTL_ADD, connections.back()->socket, &event);
  }
  std::vector<double> took;
  const double cpu_before = server.cpu_us();
  const auto begun = SteadyClock::now();
  for (auto& connection : connections) connection->send(load.request(sent_++));
  std::size_t open = connections.size();
  while (open > 0) {
    epoll_event ready[64];
    const int count = ::epoll_wait(events, ready, 64, 10'000);
    if (count <= 0) fail("no answer for ten seconds");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(ready[i].data.ptr);
      if (!connection.receive()) continue;
      const auto now = SteadyClock::now();
      connection.check(load.status, load.body_bytes_min);
      took.push_back(std::chrono::duration<double, std::micro>(now - connection.begun).count());
      if (now - begun < load.length) connection.send(load.request(sent_++));
      else --open;
    }
  }
  ::close(events);
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  const double resources = double(took.size() * load.weight);
  std::sort(took.begin(), took.end());
  return {(server.cpu_us() - cpu_before) / resources, resources / seconds, took[took.size() / 2],
          took[took.size() * 99 / 100]};
}

}  // namespace handoff::bench
