#include "net/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "core/civil.h"
#include "net/certificate.h"

namespace handoff::net {
namespace {

using boost::system::error_code;

// RFC 7525 and what browsers accept: ephemeral keys, AEAD.
constexpr const char* suites = "ECDHE+AESGCM:ECDHE+CHACHA20:!PSK";
// in ALPN's form: length and name (RFC 7301, section 3.1)
constexpr std::string_view protocol = "\x08http/1.1";

// A client that offers protocols but not this one gets no_application_protocol. A client that offers none is
// served.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int bytes, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(protocol.data());
  unsigned char* found = nullptr;
  const int fits = SSL_select_next_proto(&found, length, ours, unsigned(protocol.size()), offered, bytes);
  *chosen = found;
  return fits == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_modes(SSL_CTX* context) {
  SSL_CTX_set_options(context,
                      SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, suites);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection has no buffers
  // tickets replace it, and the clients keep them
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

}  // namespace

Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const std::filesystem::path& certificate_file,
                                                            const std::filesystem::path& key_file) {
  using boost::asio::ssl::context;
  error_code failed;
  auto tls = std::make_shared<context>(context::tls_server);
  tls->set_options(context::default_workarounds);
  set_modes(tls->native_handle());
  tls->use_certificate_chain_file(certificate_file.string(), failed);
  if (failed)
    return problem(Kind::incorrect,
                   fmt::format("certificate {}: {}", certificate_file.string(), failed.message()));
  const auto ends = certificate_ends(certificate_file);
  if (!ends) return ends.error();
  // a chain is valid only as long as all its links
  const Instant end = *std::min_element(ends->begin(), ends->end());
  if (end <= SystemClock().now())
    return problem(Kind::incorrect, fmt::format("certificate {}: expired at {}", certificate_file.string(),
                                                format_instant(end)));
  tls->use_private_key_file(key_file.string(), context::pem, failed);
  if (failed)
    return problem(Kind::incorrect, fmt::format("private key {}: {}", key_file.string(), failed.message()));
  return tls;
}

}  // namespace handoff::net
