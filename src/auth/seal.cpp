#include "auth/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "core/hash.h"

namespace handoff::auth {
namespace {

constexpr std::size_t key_bytes = 32, nonce_bytes = 12, tag_bytes = 16;
// One key allows at most 2^32 random nonces (NIST SP 800-38D, section 8.3). No process lives that long.

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void demand(int done) {
  if (done != 1) throw std::runtime_error("the cipher failed");
}

}  // namespace

Sealer::Sealer() : key_(random_bytes(key_bytes)) {}
Sealer::~Sealer() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string Sealer::seal(std::string_view text, std::string_view context) const {
  const std::string nonce = random_bytes(nonce_bytes);
  std::string sealed(text.size(), '\0'), tag(tag_bytes, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  demand(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(std::string_view(key_)),
                            raw(std::string_view(nonce))));
  demand(EVP_EncryptUpdate(cipher.get(), nullptr, &length, raw(context), int(context.size())));
  demand(EVP_EncryptUpdate(cipher.get(), raw(sealed), &length, raw(text), int(text.size())));
  demand(EVP_EncryptFinal_ex(cipher.get(), raw(sealed) + length, &length));
  demand(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, int(tag_bytes), tag.data()));
  return base64url_encode(nonce + tag + sealed);
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view context) const {
  std::string bytes;
  if (!base64url_decode(sealed, bytes) || bytes.size() < nonce_bytes + tag_bytes) return std::nullopt;
  // the spare bits of the last letter must be zero, so that each text has one spelling
  if (base64url_encode(bytes) != sealed) return std::nullopt;
  const std::string_view whole = bytes;
  std::string tag(whole.substr(nonce_bytes, tag_bytes));
  const std::string_view body = whole.substr(nonce_bytes + tag_bytes);
  std::string text(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  demand(
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(std::string_view(key_)), raw(whole)));
  demand(EVP_DecryptUpdate(cipher.get(), nullptr, &length, raw(context), int(context.size())));
  demand(EVP_DecryptUpdate(cipher.get(), raw(text), &length, raw(body), int(body.size())));
  demand(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, int(tag_bytes), tag.data()));
  if (EVP_DecryptFinal_ex(cipher.get(), raw(text) + length, &length) != 1) return std::nullopt;
  return text;
}

}  // namespace handoff::auth
