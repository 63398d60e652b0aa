// When certificates end, and certificates for trying things by hand: an authority of one's own and a server's certificate for loopback
// (X.509 v3, ECDSA P-256). A production gateway brings its own.
#pragma once

#include <filesystem>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace handoff::net {

// Writes `folder`/ca.pem, server.pem and server.key (mode 0600) unless all are there and still valid for a day; the server's
// names 127.0.0.1 and localhost. The authority's key is not kept. Problem: unavailable.
Result<void> make_loopback_certificates(const std::filesystem::path& folder);

// When the certificates of a PEM file end, in their order. Problem: incorrect (there is none).
Result<std::vector<Instant>> certificate_ends(const std::filesystem::path& file);

}  // namespace handoff::net
