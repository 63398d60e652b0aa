#include "auth/key_sets.h"

#include <algorithm>

namespace handoff::auth {
namespace {

constexpr std::chrono::seconds fresh{300};    // life of a token, so that a removed key is soon refused
constexpr std::chrono::seconds usable{3600};  // while its owner's server is away
constexpr std::chrono::seconds between{10};
constexpr std::size_t keys_max = 32;

// False for a time in the future. If the clock was set back, keys would otherwise stay fresh until it has
// caught up.
bool is_within(Instant since, std::chrono::seconds span, Instant now) {
  return since <= now && now < since + span;
}

const Key* find_key(const std::vector<Key>& keys, std::string_view kid) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.kid() == kid; });
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace

Result<std::vector<Key>> KeySets::fetch(const std::string& url) const {
  const auto body =
      fetch_ ? fetch_(url) : Result<std::string>(problem(Kind::unavailable, "no keys are fetched here"));
  if (!body) return body.error();
  const auto set = json::parse(*body, {.depth_max = 8, .bytes_max = 256 * 1024});
  if (!set || !set->root()["keys"].is_array())
    return problem(Kind::incorrect, "there is no JWK set at the client's jwks_uri");
  std::vector<Key> keys;
  for (const json::Value jwk : set->root()["keys"].items()) {
    auto key = Key::from_jwk(jwk);
    // other keys are of no use here
    if (key && !key->is_private() && keys.size() < keys_max) keys.push_back(std::move(*key));
  }
  return keys;
}

Result<Key> KeySets::find(const std::string& url, std::string_view kid) {
  const Instant now = clock_.now();
  {
    const std::lock_guard hold(mutex_);
    Known& known = known_[url];
    const Key* const key = find_key(known.keys, kid);
    if (key && is_within(known.fetched, fresh, now)) return *key;
    if (is_within(known.asked, between, now)) {
      if (key && is_within(known.fetched, usable, now)) return *key;
      return problem(Kind::unauthenticated, "the client's jwks_uri has no such key");
    }
    known.asked = now;
  }
  auto fetched = fetch(url);  // without the lock, so that others can go on
  const std::lock_guard hold(mutex_);
  Known& known = known_[url];
  if (fetched) known.keys = std::move(*fetched), known.fetched = now;
  const Key* const key = find_key(known.keys, kid);
  if (key && is_within(known.fetched, usable, now)) return *key;
  return problem(Kind::unauthenticated,
                 fetched ? "the client's jwks_uri has no such key" : "the client's jwks_uri gave no keys");
}

}  // namespace handoff::auth
