// The server's side of TLS: which versions, suites and protocol it speaks, and its certificate. OpenSSL and Asio stay within net.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include "core/result.h"

namespace handoff::net {

// TLS 1.2 with suites that authenticate what they encrypt, in our order, and TLS 1.3; HTTP/1.1 by ALPN; no renegotiation.
// Problem: incorrect (certificate, key, that they do not belong together, that the certificate has expired).
Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const std::filesystem::path& certificate_file,
                                                            const std::filesystem::path& key_file);

}  // namespace handoff::net
