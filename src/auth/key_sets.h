// Keys that clients publish at a URL of theirs (SMART Backend Services, "registering a client": jwks_uri; RFC 7517 section 5):
// fetched when a key is asked for that is not known, and again when what is known has grown old.
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
  // The body at an https URL; may block for as long as a call may take. Any thread.
  using Fetch = std::function<Result<std::string>(const std::string& url)>;
  // `clock` is the machine's.
  KeySets(Fetch fetch, const Clock& clock) : fetch_(std::move(fetch)), clock_(clock) {}

  // A URL is asked at most once in ten seconds, whatever is asked of it: made-up key ids cost its owner nothing. A set that
  // cannot be fetched again stays in use for an hour. Problem: unauthenticated (no such key, or none to be had).
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
