#include "auth/jose.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <stdexcept>

#include "core/hash.h"
#include "core/text.h"

namespace handoff::auth {
namespace {

constexpr std::size_t field_bytes = 48;  // P-384

template <auto free>
struct Free {
  template <class T>
  void operator()(T* what) const {
    free(what);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_clear_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

EVP_PKEY* raw(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

std::shared_ptr<void> own(EVP_PKEY* key) {
  return {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
}

std::string padded(const BIGNUM* number) {
  std::string bytes(field_bytes, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), int(field_bytes));
  return bytes;
}

std::string parameter(EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) return {};
  const Number owned(value);
  return padded(value);
}

Result<std::string> coordinate(json::Value jwk, const char* name) {
  std::string bytes;
  if (!base64url_decode(jwk[name].text(), bytes) || bytes.size() != field_bytes)
    return problem(Kind::incorrect, "must be 48 bytes in base64url", name);
  return bytes;
}

EVP_PKEY* build(const std::string& point, const std::string& secret) {
  const std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  const Number d(secret.empty() ? nullptr : BN_bin2bn(reinterpret_cast<const unsigned char*>(secret.data()), int(secret.size()), nullptr));
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  if (d) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get());
  const std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) return nullptr;
  const Context check(EVP_PKEY_CTX_new(key, nullptr));
  if (EVP_PKEY_public_check(check.get()) == 1) return key;  // a point off the curve is no key
  EVP_PKEY_free(key);
  return nullptr;
}

}  // namespace

Key Key::generate(std::string kid) {
  EVP_PKEY* made = EVP_EC_gen("P-384");
  if (!made) throw std::runtime_error("no key could be made");
  Key key;
  key.key_ = own(made);
  key.kid_ = std::move(kid);
  key.private_ = true;
  return key;
}

Result<Key> Key::from_jwk(json::Value jwk) {
  if (jwk["kty"].text() != "EC") return problem(Kind::incorrect, "must be EC", "kty");
  if (jwk["crv"].text() != "P-384") return problem(Kind::incorrect, "must be P-384 (for ES384)", "crv");
  if (jwk["kid"].text().empty()) return problem(Kind::incorrect, "is missing", "kid");
  if (jwk["alg"] && jwk["alg"].text() != es384) return problem(Kind::incorrect, "must be ES384", "alg");
  const auto x = coordinate(jwk, "x"), y = coordinate(jwk, "y");
  if (!x) return x.error();
  if (!y) return y.error();
  std::string secret;
  if (jwk["d"]) {
    const auto d = coordinate(jwk, "d");
    if (!d) return d.error();
    secret = *d;
  }
  EVP_PKEY* made = build("\x04" + *x + *y, secret);
  if (!made) return problem(Kind::incorrect, "is no point of P-384", "x");
  Key key;
  key.key_ = own(made);
  key.kid_ = std::string(jwk["kid"].text());
  key.private_ = !secret.empty();
  return key;
}

std::string Key::to_jwk(bool with_private) const {
  const std::string x = base64url_encode(parameter(raw(key_), OSSL_PKEY_PARAM_EC_PUB_X));
  const std::string y = base64url_encode(parameter(raw(key_), OSSL_PKEY_PARAM_EC_PUB_Y));
  std::string text = fmt::format(R"({{"kty":"EC","crv":"P-384","alg":"ES384","kid":"{}","x":"{}","y":"{}")", kid_, x, y);
  if (with_private && private_) text += fmt::format(R"(,"d":"{}")", base64url_encode(parameter(raw(key_), OSSL_PKEY_PARAM_PRIV_KEY)));
  return text + "}";
}

std::string Key::sign(std::string_view message) const {
  const Digest context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t length = 0;
  if (!private_ || EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, raw(key_)) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) != 1)
    throw std::runtime_error("cannot sign");
  std::string der(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &length, bytes, message.size()) != 1)
    throw std::runtime_error("cannot sign");
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, long(length)));
  return padded(ECDSA_SIG_get0_r(signature.get())) + padded(ECDSA_SIG_get0_s(signature.get()));
}

bool Key::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != 2 * field_bytes) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  const Signature parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(bytes, int(field_bytes), nullptr), BN_bin2bn(bytes + field_bytes, int(field_bytes), nullptr));
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(parts.get(), &der);
  if (length <= 0) return false;
  const Digest context(EVP_MD_CTX_new());
  const bool good = EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, raw(key_)) == 1 &&
                    EVP_DigestVerify(context.get(), der, std::size_t(length), reinterpret_cast<const unsigned char*>(message.data()),
                                     message.size()) == 1;
  OPENSSL_free(der);
  return good;
}

Result<Jws> decode_jws(std::string_view compact) {
  const auto parts = split(compact, '.');
  if (parts.size() != 3) return problem(Kind::unauthenticated, "not a signed token: three parts are expected");
  Jws jws;
  jws.signed_part = std::string(compact.substr(0, parts[0].size() + 1 + parts[1].size()));
  std::string header, claims;
  if (!base64url_decode(parts[0], header) || !base64url_decode(parts[1], claims) || !base64url_decode(parts[2], jws.signature))
    return problem(Kind::unauthenticated, "not a signed token: malformed base64url");
  auto parsed_header = json::parse(header, {.depth_max = 8, .bytes_max = 16384});
  auto parsed_claims = json::parse(claims, {.depth_max = 8, .bytes_max = 16384});
  if (!parsed_header || !parsed_claims || !parsed_header->root().is_object() || !parsed_claims->root().is_object())
    return problem(Kind::unauthenticated, "not a signed token: header and claims must be JSON objects");
  jws.header = std::move(*parsed_header);
  jws.claims = std::move(*parsed_claims);
  return jws;
}

std::string encode_jws(const Key& key, std::string_view claims_json) {
  const std::string header = fmt::format(R"({{"alg":"ES384","typ":"JWT","kid":"{}"}})", key.kid());
  const std::string signed_part = base64url_encode(header) + "." + base64url_encode(claims_json);
  return signed_part + "." + base64url_encode(key.sign(signed_part));
}

}  // namespace handoff::auth
