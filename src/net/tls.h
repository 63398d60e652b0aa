// The server's side of TLS: its versions, suites and protocol, and its certificate. OpenSSL and Asio are not
// visible outside of net.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include "core/result.h"

namespace handoff::net {

// TLS 1.3, and TLS 1.2 with authenticated encryption, with suites in our order. HTTP/1.1 by ALPN. No
// renegotiation. Problem: incorrect (certificate, key, that they do not belong together, that the certificate
// has expired).
Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const std::filesystem::path& certificate_file,
                                                            const std::filesystem::path& key_file);

}  // namespace handoff::net
