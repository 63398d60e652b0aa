#include "core/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdexcept>

namespace handoff {
namespace {

// The prepared digest of one key, ready for reuse: to prepare it costs more than to digest a kilobyte.
class Mac {
 public:
  Mac() : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(mac_)) {}
  ~Mac() {
    EVP_MAC_CTX_free(context_);
    EVP_MAC_free(mac_);
  }
  Mac(const Mac&) = delete;
  Mac& operator=(const Mac&) = delete;

  std::string digest(std::string_view key, std::string_view bytes) {
    std::string out(32, '\0');
    std::size_t length = 0;
    if (!begin(key) ||
        EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1 ||
        EVP_MAC_final(context_, reinterpret_cast<unsigned char*>(out.data()), &length, out.size()) != 1)
      throw std::runtime_error("no keyed digest");
    return out;
  }

 private:
  bool begin(std::string_view key) {
    if (has_key_ && key == key_) return EVP_MAC_init(context_, nullptr, 0, nullptr) == 1;
    key_ = key;
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", name, 0),
                                     OSSL_PARAM_construct_end()};
    // An empty key is a key too. A null pointer would mean the previous key.
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data());
    has_key_ = EVP_MAC_init(context_, bytes, key.size(), parameters) == 1;
    return has_key_;
  }

  EVP_MAC* const mac_;
  EVP_MAC_CTX* const context_;
  std::string key_;
  bool has_key_ = false;
};

}  // namespace

std::string keyed_digest(std::string_view key, std::string_view bytes) {
  thread_local Mac mac;
  return mac.digest(key, bytes);
}

Sha256 sha256(std::string_view bytes) {
  Sha256 digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::uint64_t hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string base64url_encode(std::string_view bytes) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve(bytes.size() * 4 / 3 + 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) text += alphabet[bits << (6 - held) & 63];
  return text;
}

bool base64url_decode(std::string_view text, std::string& bytes) {
  bytes.clear();
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    int value;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    else if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    else if (c >= '0' && c <= '9') value = c - '0' + 52;
    else if (c == '-') value = 62;
    else if (c == '_') value = 63;
    else return false;
    bits = bits << 6 | std::uint32_t(value);
    held += 6;
    if (held >= 8) bytes += char(bits >> (held -= 8) & 255);
  }
  return held < 6 && (bits & ((1u << held) - 1)) == 0;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string plain(text), bytes;
  std::erase_if(plain, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '='; });
  for (char& c : plain) c = c == '+' ? '-' : c == '/' ? '_' : c;
  if (!base64url_decode(plain, bytes)) return std::nullopt;
  return bytes;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), int(count)) != 1)
    throw std::runtime_error("the operating system gives no random bytes");
  return bytes;
}

}  // namespace handoff
