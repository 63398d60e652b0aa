// Text: trimming, the form in which strings are searched (without case, accents and padding), UTF-8, and
// encodings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff {

// Without leading and trailing white space (ASCII and no-break space).
std::string_view trim(std::string_view text);

// Case-folded, without accents, each inner run of white space one blank, trimmed. Malformed UTF-8 comes back
// unchanged.
std::string fold(std::string_view text);

// How many bytes from the front are whole UTF-8 characters.
std::size_t utf8_bytes(std::string_view bytes);
inline bool is_utf8(std::string_view bytes) { return utf8_bytes(bytes) == bytes.size(); }

// Ignores case of ASCII letters only.
bool equal_ignoring_case(std::string_view a, std::string_view b);

std::vector<std::string_view> split(std::string_view text, char separator);

// RFC 3986: everything except unreserved characters as %XX.
std::string percent_encode(std::string_view text);

// Text from outside in a form safe for an answer: printable ASCII, cut at 64 characters.
std::string shown_text(std::string_view text);

}  // namespace handoff
