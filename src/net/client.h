// Outbound HTTPS with libcurl. It has explicit time limits, verifies the partner's certificate, follows no
// redirects, and bounds answers. It connects to a private address only if the operator named it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/result.h"
#include "net/http.h"

namespace handoff::net {

struct ClientOptions {
  std::filesystem::path ca_file;               // empty: the system's
  std::vector<std::string> allowed_addresses;  // numeric private addresses that are allowed: "127.0.0.1"
  std::chrono::milliseconds connect_timeout = limits::delivery_connect_timeout;
  std::chrono::milliseconds timeout = limits::delivery_timeout;
  std::size_t answer_bytes_max = limits::http_body_bytes_max;
  const std::atomic<bool>* stop = nullptr;  // true: running transfers get five seconds to end
};

// Keeps connections open between calls. One thread at a time.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();

  // `request.target` is the whole URL. Problem: unavailable (no connection, time limit, certificate),
  // forbidden (private address), incorrect (no https URL).
  Result<Response> send(const Request& request);

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::net
