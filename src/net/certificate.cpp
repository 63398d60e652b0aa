#include "net/certificate.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <memory>

namespace handoff::net {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* what) const {
    free(what);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

Key make_key() { return Key(EVP_EC_gen("P-256")); }

void add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value));
  if (extension) X509_add_ext(certificate, extension.get(), -1);
}

// A certificate for `key`, valid for one year and signed by `issuer_key`. If `issuer` is null, it signs
// itself.
Certificate make_certificate(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key,
                             long serial) {
  constexpr long year_s = 365L * 24 * 3600;
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), year_s);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1,
                             -1, 0);
  X509* const signer = issuer ? issuer : certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  if (issuer) {
    add_extension(certificate.get(), signer, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    add_extension(certificate.get(), signer, NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), signer, NID_basic_constraints, "critical,CA:FALSE");
  } else {
    add_extension(certificate.get(), signer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  }
  add_extension(certificate.get(), signer, NID_subject_key_identifier, "hash");
  if (!X509_sign(certificate.get(), issuer_key, EVP_sha256())) return nullptr;
  return certificate;
}

File create(const std::filesystem::path& file, int mode) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  return File(descriptor < 0 ? nullptr : ::fdopen(descriptor, "w"));
}

bool still_valid(const std::filesystem::path& file) {
  const auto ends = certificate_ends(file);
  return ends && ends->front() > SystemClock().now() + std::chrono::hours{24};
}

bool write_all(const std::filesystem::path& folder, X509* authority, X509* server, EVP_PKEY* key) {
  const File ca = create(folder / "ca.pem", 0644), pem = create(folder / "server.pem", 0644),
             secret = create(folder / "server.key", 0600);
  return ca && pem && secret && PEM_write_X509(ca.get(), authority) && PEM_write_X509(pem.get(), server) &&
         PEM_write_PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace

Result<std::vector<Instant>> certificate_ends(const std::filesystem::path& file) {
  std::vector<Instant> ends;
  const File opened(std::fopen(file.c_str(), "re"));
  while (opened) {
    const Certificate certificate(PEM_read_X509(opened.get(), nullptr, nullptr, nullptr));
    std::tm parts{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1) break;
    ends.emplace_back(std::chrono::seconds{::timegm(&parts)});
  }
  ERR_clear_error();  // the end of the file is an error, too
  if (ends.empty()) return problem(Kind::incorrect, file.string() + " holds no certificate");
  return ends;
}

Result<void> make_loopback_certificates(const std::filesystem::path& folder) {
  if (still_valid(folder / "server.pem") && still_valid(folder / "ca.pem") &&
      std::filesystem::exists(folder / "server.key"))
    return {};
  const Key authority_key = make_key(), server_key = make_key();
  if (!authority_key || !server_key) return problem(Kind::unavailable, "no key could be made");
  const Certificate authority =
      make_certificate(authority_key.get(), "Handoff sandbox authority", nullptr, authority_key.get(), 1);
  const Certificate server =
      make_certificate(server_key.get(), "localhost", authority.get(), authority_key.get(), 2);
  if (!authority || !server || !write_all(folder, authority.get(), server.get(), server_key.get()))
    return problem(Kind::unavailable, "certificates could not be written to " + folder.string());
  return {};
}

}  // namespace handoff::net
