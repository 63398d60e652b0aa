// Slows down a client that fails to sign in again and again. It affects only that client from that address.
// Any thread.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace handoff::auth {

class FailedAttempts {
 public:
  // How long the pair must wait before it may try again. Nothing: it may try now.
  std::optional<std::chrono::seconds> wait(std::string_view client, std::string_view address,
                                           Instant now) const;
  // Notes a failed attempt. `client` is the caller's own text, registered or not. So the slowed caller does
  // not learn if it is registered.
  void note(std::string_view client, std::string_view address, Instant now);

 private:
  using Times = std::deque<Instant>;  // of the latest failures, oldest first
  mutable std::mutex mutex_;
  std::map<std::string, Times> times_;  // by the digest of the pair
};

}  // namespace handoff::auth
