// The bytes of a feed as text. Garbled text is never taken: what does not decode is refused, as a whole or cell by cell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::mapping {

struct Decoded {
  std::string text;       // UTF-8, without a byte order mark; of a mixed file its bytes
  bool is_mixed = false;  // no one charset reads it all: each cell is asked (decode_cell)
};

// By the first charset of the list ("utf-8", "windows-1252") that reads the whole; UTF-16 by its byte order mark. A file that holds UTF-8
// beyond ASCII anywhere is no windows-1252. Problem: incorrect, for UTF-16 without a mark or broken, for UTF-32, and for NUL bytes.
Result<Decoded> decode(std::string bytes, const std::vector<std::string>& charsets);

// A cell of a mixed file; nothing if it cannot be read.
std::optional<std::string> decode_cell(std::string_view bytes, const std::vector<std::string>& charsets);

// The whole, or Problem: incorrect.
Result<std::string> to_utf8(std::string bytes, const std::vector<std::string>& charsets);

// Why a value is no text that somebody wrote, as the end of a sentence: an error of a spreadsheet ("#REF!"), characters that were lost
// (U+FFFD) or read in a wrong charset ("Ã‘"); empty if it may be.
std::string fault_of_text(std::string_view text);

// "#N/A": a spreadsheet found no value.
bool is_not_available(std::string_view text);

}  // namespace handoff::mapping
