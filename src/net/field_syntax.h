// The grammar that lines of a request must keep (RFC 9110, section 5.6; RFC 9112, sections 3, 5 and 7.1.1; RFC 3986). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace handoff::net {

bool is_token(std::string_view text);  // one character or more

// "Name: value" without its line end, the value without blanks around it. Nothing where it breaks the grammar: no name, a blank
// before the colon, a folded line, a control character.
std::optional<std::pair<std::string_view, std::string_view>> parse_field(std::string_view line);

// Host with or without a port. Never empty: no https URL has an empty one (RFC 9110, section 4.2.2).
bool is_host(std::string_view text);

// A target in origin form as it is, one in absolute form without scheme and authority, "*" of OPTIONS; nothing otherwise. Characters
// that URLs should escape and clients send as they are, "|" among them, are taken; blanks, "#" and bytes beyond ASCII are not.
std::optional<std::string> origin_form(std::string_view method, std::string_view target);

// "1a;name=value" of a chunk: its size and how many bytes its extensions have. Nothing where it breaks the grammar or 64 bits.
struct ChunkHead {
  std::uint64_t bytes = 0;
  std::size_t extension_bytes = 0;
};
std::optional<ChunkHead> parse_chunk_head(std::string_view line);

// Digits only, as Content-Length has them; a number beyond 64 bits is the largest there is.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace handoff::net
