// Keys and signatures of SMART Backend Services: JWK (RFC 7517), JWS compact (RFC 7515), ES384 and RS384 (RFC
// 7518).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "json/document.h"

namespace handoff::auth {

inline constexpr std::string_view es384 = "ES384";
inline constexpr std::string_view rs384 = "RS384";

// What differs between the two kinds of keys (jose.cpp).
struct Algorithm;

// A P-384 or RSA key, private or public. Copies share the key. Any thread.
class Key {
 public:
  // Makes a key for ES384 or RS384 (3,072 bits). Throws only if the library can make no key.
  static Key generate(std::string kid, std::string_view alg = es384);
  // {"kty": "EC", "crv": "P-384", "x", "y", "d"?, …} or {"kty": "RSA", "n", "e", "d"?, "p"?, "q"?, …}, with
  // "kid", "alg"?. RSA keys have 2,048 to 8,192 bits. Problem: incorrect, with the member.
  static Result<Key> from_jwk(json::Value jwk);

  std::string_view kid() const { return kid_; }
  std::string_view alg() const;
  bool is_private() const { return private_; }
  std::string to_jwk(bool with_private) const;  // JSON text

  std::string sign(std::string_view message) const;  // in JWS form (ES384: r || s); only with a private key
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  Key() = default;
  const Algorithm* algorithm_ = nullptr;
  std::shared_ptr<void> key_;
  std::string kid_;
  bool private_ = false;
};

struct Jws {
  std::string signed_part;  // header.payload, as it was signed
  std::string signature;
  json::Document header;
  json::Document claims;
};

// Splits and decodes, but verifies nothing. Problem: unauthenticated.
Result<Jws> decode_jws(std::string_view compact);
std::string encode_jws(const Key& key, std::string_view claims_json);

}  // namespace handoff::auth
