// Text: trimming, and the form in which names are compared (without regard to case, accents and padding).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff {

// Without leading and trailing white space (ASCII and no-break space).
std::string_view trim(std::string_view text);

// Case-folded, without accents, inner white space runs made one blank, trimmed. Malformed UTF-8 comes back as it is.
std::string fold(std::string_view text);

// How many bytes from the front are whole UTF-8 characters.
std::size_t utf8_bytes(std::string_view bytes);
inline bool is_utf8(std::string_view bytes) { return utf8_bytes(bytes) == bytes.size(); }

// Letters of ASCII alone are alike.
bool equal_ignoring_case(std::string_view a, std::string_view b);

std::vector<std::string_view> split(std::string_view text, char separator);

// RFC 3986: everything but unreserved characters as %XX.
std::string percent_encode(std::string_view text);

// Text from outside as it may stand in an answer: printable ASCII, cut at 64 characters.
std::string shown_text(std::string_view text);

}  // namespace handoff
