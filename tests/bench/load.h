// The load: one thread keeps many connections open over TLS and sends one request at a time on each.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "process.h"

namespace handoff::bench {

struct Load {
  std::size_t connections = 32;
  std::chrono::milliseconds length{1000};
  std::function<std::string(std::uint64_t number)>
      request;                     // whole HTTP requests, numbered from 0 over all rounds
  unsigned status = 200;           // of every answer
  std::size_t body_bytes_min = 0;  // of every answer
  std::size_t weight = 1;          // resources in a request
};

// For each request; for each resource if the load weighs more than one.
struct Measured {
  double cpu_us = 0;  // of the server
  double rate = 0;    // for each second
  double p50_us = 0;  // of a request
  double p99_us = 0;
};

// The text of a request of the load.
std::string http_request(const std::string& method, const std::string& target, const std::string& token,
                         const std::string& body = {});

class Client {
 public:
  explicit Client(const std::filesystem::path& ca_file);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Throws std::runtime_error at the first answer that is not as expected.
  Measured run(const ServerProcess& server, const Load& load);
  // Sends one request on a connection of its own. Returns the answer's body.
  std::string ask(std::uint16_t port, const std::string& request, unsigned status);

 private:
  struct Connection;
  std::unique_ptr<Connection> connect(std::uint16_t port) const;
  void* tls_ = nullptr;
  std::uint64_t sent_ = 0;
};

}  // namespace handoff::bench
