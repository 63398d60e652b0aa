// Who fails to sign in again and again is slowed down: that client from that address, and nobody else. Any thread.
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
  // How long until the pair may try again; nothing: it may.
  std::optional<std::chrono::seconds> wait(std::string_view client, std::string_view address, Instant now) const;
  // One more that failed. `client` as the caller names it, be it registered or not: who is slowed learns nothing of that.
  void note(std::string_view client, std::string_view address, Instant now);

 private:
  using Times = std::deque<Instant>;  // of the latest failures, oldest first
  mutable std::mutex mutex_;
  std::map<std::string, Times> times_;  // by the digest of the pair
};

}  // namespace handoff::auth
