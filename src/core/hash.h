// Digests: SHA-256 for names, files and the ledger's chain; a fast 64-bit hash for index keys (never for
// security).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handoff {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
std::string to_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

// HMAC-SHA-256 (RFC 2104): 32 bytes. Each thread keeps the last key prepared.
std::string keyed_digest(std::string_view key, std::string_view bytes);

// XXH3; the same on every machine, so it may be stored in files.
std::uint64_t hash64(std::string_view bytes);

// Base64url without padding (RFC 4648 section 5), as JOSE and sealed cursors use it. decode: false if
// malformed.
std::string base64url_encode(std::string_view bytes);
// Standard base64 (RFC 4648, section 4). White space is ignored, padding may be missing. Nothing if it is
// malformed.
std::optional<std::string> base64_decode(std::string_view text);
bool base64url_decode(std::string_view text, std::string& bytes);

// Bytes from the operating system's generator. Throws if there are none.
std::string random_bytes(std::size_t count);

}  // namespace handoff
