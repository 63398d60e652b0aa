// The grammar of the lines in a request (RFC 9110, section 5.6; RFC 9112, sections 3, 5 and 7.1.1; RFC 3986).
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace handoff::net {

bool is_token(std::string_view text);  // one character or more

// "Name: value" without its line end. The value has no blanks around it. Nothing if the line breaks the
// grammar: no name, a blank before the colon, a folded line, a control character.
std::optional<std::pair<std::string_view, std::string_view>> parse_field(std::string_view line);

// A host with or without a port. It must not be empty, because no https URL has an empty host (RFC 9110,
// section 4.2.2).
bool is_host(std::string_view text);

// A target in origin form stays as it is. One in absolute form loses scheme and authority. "*" is allowed for
// OPTIONS. Nothing for all other targets. Some clients do not escape characters that they should, for example
// "|". These are accepted, but not blanks, "#", or bytes beyond ASCII.
std::optional<std::string> origin_form(std::string_view method, std::string_view target);

// "1a;name=value" of a chunk: its size, and the number of bytes in its extensions. Nothing if it breaks the
// grammar or exceeds 64 bits.
struct ChunkHead {
  std::uint64_t bytes = 0;
  std::size_t extension_bytes = 0;
};
std::optional<ChunkHead> parse_chunk_head(std::string_view line);

// Reads digits only, as in Content-Length. A number beyond 64 bits gives the largest 64-bit number.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace handoff::net
