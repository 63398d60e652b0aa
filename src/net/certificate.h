// When certificates end, and test certificates for trying things by hand: an authority and a server
// certificate for loopback (X.509 v3, ECDSA P-256). A production gateway has its own certificates.
#pragma once

#include <filesystem>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace handoff::net {

// Writes `folder`/ca.pem, server.pem and server.key (mode 0600), unless all exist and are valid for another
// day. The server's names are 127.0.0.1 and localhost. The authority's key is not kept. Problem: unavailable.
Result<void> make_loopback_certificates(const std::filesystem::path& folder);

// The end times of the certificates in a PEM file, in their order. Problem: incorrect (there is none).
Result<std::vector<Instant>> certificate_ends(const std::filesystem::path& file);

}  // namespace handoff::net
