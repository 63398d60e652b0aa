#include "auth/jose.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <stdexcept>

#include "core/hash.h"
#include "core/text.h"
#include "json/writer.h"

namespace handoff::auth {
namespace {

constexpr std::size_t field_bytes = 48;  // P-384
constexpr std::size_t modulus_bytes_min = 256, modulus_bytes_max = 1024;
constexpr unsigned generated_bits = 3072;

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
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;

EVP_PKEY* raw(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

std::shared_ptr<void> own(EVP_PKEY* key) {
  return {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), int(bytes.size()), nullptr));
}

// `bytes` 0: as many as needed.
std::string bytes_of(const BIGNUM* number, std::size_t bytes = 0) {
  std::string out(bytes ? bytes : std::size_t(BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), int(out.size()));
  return out;
}

// Writes nothing if the key lacks this parameter.
void write_member(json::Writer& writer, std::string_view name, EVP_PKEY* key, const char* parameter,
                  std::size_t bytes = 0) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &value) != 1) return;
  const Number owned(value);
  writer.key(name).text(base64url_encode(bytes_of(value, bytes)));
}

// Null if the key is not valid.
EVP_PKEY* build(const char* type, const Builder& builder, bool with_private) {
  const std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, with_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        parameters.get()) != 1)
    return nullptr;
  const Context check(EVP_PKEY_CTX_new(key, nullptr));
  if (EVP_PKEY_public_check(check.get()) == 1) return key;
  EVP_PKEY_free(key);
  return nullptr;
}

Result<std::string> coordinate(json::Value jwk, const char* name) {
  std::string bytes;
  if (!base64url_decode(jwk[name].text(), bytes) || bytes.size() != field_bytes)
    return problem(Kind::incorrect, "must be 48 bytes in base64url", name);
  return bytes;
}

Result<EVP_PKEY*> read_elliptic(json::Value jwk) {
  if (jwk["crv"].text() != "P-384") return problem(Kind::incorrect, "must be P-384 (for ES384)", "crv");
  const auto x = coordinate(jwk, "x"), y = coordinate(jwk, "y");
  if (!x) return x.error();
  if (!y) return y.error();
  const Builder builder(OSSL_PARAM_BLD_new());
  const std::string point = "\x04" + *x + *y;
  Number d;
  if (jwk["d"]) {
    const auto secret = coordinate(jwk, "d");
    if (!secret) return secret.error();
    d = number_of(*secret);
  }
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  if (d) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get());
  EVP_PKEY* const key = build("EC", builder, d != nullptr);
  if (!key) return problem(Kind::incorrect, "is not a point of P-384", "x");
  return key;
}

void write_elliptic(json::Writer& writer, EVP_PKEY* key, bool with_private) {
  writer.key("kty").text("EC").key("crv").text("P-384");
  write_member(writer, "x", key, OSSL_PKEY_PARAM_EC_PUB_X, field_bytes);
  write_member(writer, "y", key, OSSL_PKEY_PARAM_EC_PUB_Y, field_bytes);
  if (with_private) write_member(writer, "d", key, OSSL_PKEY_PARAM_PRIV_KEY, field_bytes);
}

// elliptic_signature() converts DER to r || s. elliptic_der() converts back.
std::string elliptic_signature(std::string der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, long(der.size())));
  return bytes_of(ECDSA_SIG_get0_r(signature.get()), field_bytes) +
         bytes_of(ECDSA_SIG_get0_s(signature.get()), field_bytes);
}

std::string elliptic_der(std::string_view signature) {
  if (signature.size() != 2 * field_bytes) return {};
  const Signature parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), number_of(signature.substr(0, field_bytes)).release(),
                 number_of(signature.substr(field_bytes)).release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(parts.get(), &der);
  std::string bytes(reinterpret_cast<const char*>(der), std::size_t(std::max(length, 0)));
  OPENSSL_free(der);
  return bytes;
}

struct RsaMember {
  const char* name;
  const char* parameter;
};
constexpr RsaMember rsa_members[] = {
    {"n", OSSL_PKEY_PARAM_RSA_N},          {"e", OSSL_PKEY_PARAM_RSA_E},
    {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
    {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
    {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};

Result<EVP_PKEY*> read_rsa(json::Value jwk) {
  const Builder builder(OSSL_PARAM_BLD_new());
  std::vector<Number> numbers;
  for (const RsaMember& each : rsa_members) {
    const bool is_public = each.name == std::string_view("n") || each.name == std::string_view("e");
    if (!jwk[each.name] && !is_public) continue;
    std::string bytes;
    if (!base64url_decode(jwk[each.name].text(), bytes) || bytes.empty() || bytes.size() > modulus_bytes_max)
      return problem(Kind::incorrect, "must be a number in base64url", each.name);
    if (each.name == std::string_view("n") && bytes.size() < modulus_bytes_min)
      return problem(Kind::incorrect, "must have 2048 to 8192 bits", "n");
    numbers.push_back(number_of(bytes));
    OSSL_PARAM_BLD_push_BN(builder.get(), each.parameter, numbers.back().get());
  }
  EVP_PKEY* const key = build("RSA", builder, bool(jwk["d"]));
  if (!key) return problem(Kind::incorrect, "is not an RSA key", "n");
  return key;
}

void write_rsa(json::Writer& writer, EVP_PKEY* key, bool with_private) {
  writer.key("kty").text("RSA");
  for (std::size_t i = 0; i < (with_private ? std::size(rsa_members) : 2); ++i)
    write_member(writer, rsa_members[i].name, key, rsa_members[i].parameter);
}

std::string as_it_is(std::string signature) { return signature; }
std::string as_it_came(std::string_view signature) { return std::string(signature); }

}  // namespace

struct Algorithm {
  std::string_view name;
  std::string_view kty;
  Result<EVP_PKEY*> (*read)(json::Value jwk);
  void (*write)(json::Writer& writer, EVP_PKEY* key, bool with_private);  // members of an open object
  std::string (*to_jws)(std::string signature);                           // from the library's form
  std::string (*from_jws)(std::string_view signature);  // empty: no signature of this algorithm
};

namespace {

constexpr Algorithm algorithms[] = {
    {es384, "EC", read_elliptic, write_elliptic, elliptic_signature, elliptic_der},
    {rs384, "RSA", read_rsa, write_rsa, as_it_is, as_it_came}};

}  // namespace

Key Key::generate(std::string kid, std::string_view alg) {
  EVP_PKEY* const made = alg == rs384 ? EVP_RSA_gen(generated_bits) : EVP_EC_gen("P-384");
  if (!made) throw std::runtime_error("no key could be made");
  Key key;
  key.algorithm_ = &algorithms[alg == rs384 ? 1 : 0];
  key.key_ = own(made);
  key.kid_ = std::move(kid);
  key.private_ = true;
  return key;
}

Result<Key> Key::from_jwk(json::Value jwk) {
  const auto algorithm = std::find_if(std::begin(algorithms), std::end(algorithms),
                                      [&](const Algorithm& each) { return each.kty == jwk["kty"].text(); });
  if (algorithm == std::end(algorithms)) return problem(Kind::incorrect, "must be EC or RSA", "kty");
  if (jwk["kid"].text().empty()) return problem(Kind::incorrect, "is missing", "kid");
  if (jwk["alg"] && jwk["alg"].text() != algorithm->name)
    return problem(Kind::incorrect, "must be " + std::string(algorithm->name) + " for this kty", "alg");
  const auto made = algorithm->read(jwk);
  if (!made) return made.error();
  Key key;
  key.algorithm_ = algorithm;
  key.key_ = own(*made);
  key.kid_ = std::string(jwk["kid"].text());
  key.private_ = bool(jwk["d"]);
  return key;
}

std::string_view Key::alg() const { return algorithm_->name; }

std::string Key::to_jwk(bool with_private) const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  algorithm_->write(writer, raw(key_), with_private && private_);
  writer.key("alg").text(algorithm_->name).key("kid").text(kid_).end_object();
  return out;
}

std::string Key::sign(std::string_view message) const {
  const Digest context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t length = 0;
  if (!private_ || EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, raw(key_)) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) != 1)
    throw std::runtime_error("cannot sign");
  std::string signature(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes,
                     message.size()) != 1)
    throw std::runtime_error("cannot sign");
  signature.resize(length);
  return algorithm_->to_jws(std::move(signature));
}

bool Key::verify(std::string_view message, std::string_view signature) const {
  const std::string form = algorithm_->from_jws(signature);
  if (form.empty()) return false;
  const Digest context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, raw(key_)) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(form.data()), form.size(),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
}

Result<Jws> decode_jws(std::string_view compact) {
  const auto parts = split(compact, '.');
  if (parts.size() != 3)
    return problem(Kind::unauthenticated, "not a signed token: three parts are expected");
  Jws jws;
  jws.signed_part = std::string(compact.substr(0, parts[0].size() + 1 + parts[1].size()));
  std::string header, claims;
  if (!base64url_decode(parts[0], header) || !base64url_decode(parts[1], claims) ||
      !base64url_decode(parts[2], jws.signature))
    return problem(Kind::unauthenticated, "not a signed token: malformed base64url");
  auto parsed_header = json::parse(header, {.depth_max = 8, .bytes_max = 16384});
  auto parsed_claims = json::parse(claims, {.depth_max = 8, .bytes_max = 16384});
  if (!parsed_header || !parsed_claims || !parsed_header->root().is_object() ||
      !parsed_claims->root().is_object())
    return problem(Kind::unauthenticated, "not a signed token: header and claims must be JSON objects");
  jws.header = std::move(*parsed_header);
  jws.claims = std::move(*parsed_claims);
  return jws;
}

std::string encode_jws(const Key& key, std::string_view claims_json) {
  std::string header;
  json::Writer writer(header);
  writer.begin_object()
      .key("alg")
      .text(key.alg())
      .key("typ")
      .text("JWT")
      .key("kid")
      .text(key.kid())
      .end_object();
  const std::string signed_part = base64url_encode(header) + "." + base64url_encode(claims_json);
  return signed_part + "." + base64url_encode(key.sign(signed_part));
}

}  // namespace handoff::auth
