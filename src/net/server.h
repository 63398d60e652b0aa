// An HTTPS server on Beast's streams and Asio's coroutines (RFC 9112, TLS 1.2 and later), which knows nothing
// of FHIR. Each io thread has one io_context, with SO_REUSEPORT. Every socket wait has a deadline. Headers,
// bodies and connections are limited, in total and for each address.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/limits.h"
#include "core/result.h"
#include "net/address_limits.h"
#include "net/http.h"

namespace handoff::net {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                  // 0: any free one
  std::filesystem::path certificate_file;  // PEM, chain included
  std::filesystem::path key_file;
  std::size_t threads = 1;
  std::size_t connections_max = limits::http_connections_max;
  std::size_t header_bytes_max = limits::http_header_bytes_max;
  std::size_t body_bytes_max = limits::http_body_bytes_max;
  std::chrono::milliseconds header_timeout = limits::http_header_timeout;
  std::chrono::milliseconds body_timeout = limits::http_body_timeout;
  std::chrono::milliseconds idle_timeout = limits::http_idle_timeout;
  // from the last byte of a request to its answer
  std::chrono::milliseconds request_timeout = limits::http_request_timeout;
  AddressLimits address_limits;
  // Makes the answer to bytes that never became a request (400, 408, 413, 414, 417, 429, 431, 505), or to a
  // request without an answer in time (504). The layer above chooses the words. Must not throw.
  std::function<Response(unsigned status, std::string_view what)> refusal;
  // Called on io threads for each request with a body, before the body is read. Must not block. Empty: any
  // body up to body_bytes_max.
  std::function<Reception(const Request& head)> reception;
};

// It serves from start() until it is destroyed. The handler is called on io threads and must not block for
// long.
class Server {
 public:
  // Problem: incorrect (certificate, key, address), unavailable (port taken).
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  ~Server();

  // New connections use this certificate. Existing ones keep theirs and are not dropped. Problem: incorrect
  // (certificate, key, or that they do not belong together). The old certificate then stays.
  Result<void> reload(const std::filesystem::path& certificate_file, const std::filesystem::path& key_file);

  std::uint16_t port() const;
  std::size_t connections() const;
  // Accepts no more connections, lets running requests end, and gives up on them after `grace`.
  void drain(std::chrono::milliseconds grace);

 private:
  Server(ServerOptions options, Handler handler);
  struct Content;
  std::unique_ptr<Content> content_;
};

// True if a start failed because another process has the port.
bool is_port_taken(const Problem& problem);

// Succeeds if a server would start with these files. Problem: incorrect, as start().
Result<void> check_certificate(const std::filesystem::path& certificate_file,
                               const std::filesystem::path& key_file);

}  // namespace handoff::net
