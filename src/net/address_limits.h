// Limits what one address may use at once: connections, and bodies whose request is not answered yet.
// Loopback is an address like any other.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/limits.h"

namespace handoff::net {

struct AddressLimits {
  std::size_t connections_max = limits::address_connections_max;
  // of connections_max: without a finished TLS handshake
  std::size_t greetings_max = limits::address_greetings_max;
  std::size_t body_bytes_max = limits::address_body_bytes_max;
  // of body_bytes_max
  std::size_t body_bytes_without_token_max = limits::address_body_bytes_without_token_max;
};

// It outlives its shares. Any thread.
class Addresses {
  struct Use {
    std::size_t connections = 0, greetings = 0, body_bytes = 0, body_bytes_without_token = 0;
  };

 public:
  explicit Addresses(AddressLimits limits) : limits_(limits) {}

  // A connection of an address. It counts until it is destroyed. One thread.
  class Share {
   public:
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    // The connection has finished its handshake.
    void greeted();
    // Counts `bytes` more of a body or of an answer. False if the address would then hold too much, and
    // nothing is counted.
    bool hold(std::size_t bytes, bool has_token);
    // The body was answered or given up.
    void release();

   private:
    friend class Addresses;
    Share(Addresses& addresses, std::string address) : addresses_(addresses), address_(std::move(address)) {}
    void release(Use& use);

    Addresses& addresses_;
    const std::string address_;
    std::size_t held_ = 0, held_without_token_ = 0;
    bool is_greeted_ = false;
  };

  // `address`: any text that identifies an address. Null if the address has its maximum of connections.
  std::unique_ptr<Share> connect(std::string address);

 private:
  const AddressLimits limits_;
  std::mutex mutex_;
  std::map<std::string, Use> uses_;  // of addresses with connections
};

}  // namespace handoff::net
