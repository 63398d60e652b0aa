// Keys that clients publish at a URL (SMART Backend Services, "registering a client": jwks_uri; RFC 7517
// section 5). They are fetched when an unknown key is needed, and again when the known set is old.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jose.h"
#include "core/clock.h"
#include "core/result.h"

namespace handoff::auth {

class KeySets {
 public:
  // Fetches the body at an https URL. It may block as long as a call may take. Any thread.
  using Fetch = std::function<Result<std::string>(const std::string& url)>;
  // `clock` is the machine's.
  KeySets(Fetch fetch, const Clock& clock) : fetch_(std::move(fetch)), clock_(clock) {}

  // A URL is fetched at most once in ten seconds, so that invented key ids do not burden its owner. If a set
  // cannot be fetched again, it stays in use for an hour. Problem: unauthenticated (unknown key, or no keys
  // available).
  Result<Key> find(const std::string& url, std::string_view kid);

 private:
  struct Known {
    std::vector<Key> keys;
    Instant fetched{}, asked{};
  };
  Result<std::vector<Key>> fetch(const std::string& url) const;

  const Fetch fetch_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace handoff::auth
