#include "auth/failed_attempts.h"

#include "core/hash.h"
#include "core/limits.h"

namespace handoff::auth {
namespace {

std::string pair_of(std::string_view client, std::string_view address) {
  return sha256_hex(std::string(address) + '\n' + std::string(client));
}

// True if `at` is within the window. A time in the future is not: the clock was set back.
bool is_recent(Instant at, Instant now) { return at <= now && now - at < limits::failed_attempts_window; }

}  // namespace

std::optional<std::chrono::seconds> FailedAttempts::wait(std::string_view client, std::string_view address,
                                                         Instant now) const {
  const std::lock_guard hold(mutex_);
  const auto found = times_.find(pair_of(client, address));
  if (found == times_.end() || found->second.size() < limits::failed_attempts_max ||
      !is_recent(found->second.front(), now))
    return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(found->second.front() + limits::failed_attempts_window -
                                                 now);
}

void FailedAttempts::note(std::string_view client, std::string_view address, Instant now) {
  const std::lock_guard hold(mutex_);
  if (times_.size() >= limits::failed_attempts_pairs_max)
    std::erase_if(times_, [now](const auto& entry) { return !is_recent(entry.second.back(), now); });
  // digests: nobody can choose whose is erased
  if (times_.size() >= limits::failed_attempts_pairs_max) times_.erase(times_.begin());
  Times& times = times_[pair_of(client, address)];
  times.push_back(now);
  if (times.size() > limits::failed_attempts_max) times.pop_front();
}

}  // namespace handoff::auth
