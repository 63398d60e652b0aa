// Decodes the bytes of a feed as text. Garbled text is never accepted: the file or the single cell that does
// not decode is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::mapping {

struct Decoded {
  std::string text;       // UTF-8, without a byte order mark; for a mixed file its bytes
  bool is_mixed = false;  // no single charset reads the whole file: decode_cell reads each cell
};

// Uses the first charset of the list ("utf-8", "windows-1252") that reads the whole file. A byte order mark
// selects UTF-16. If the list has utf-8, a file with a UTF-8 character beyond ASCII is not read as
// windows-1252. Problem: incorrect, for UTF-16 without a mark, broken UTF-16, UTF-32, and NUL bytes.
Result<Decoded> decode(std::string bytes, const std::vector<std::string>& charsets);

// Decodes one cell of a mixed file. Nothing if it cannot be read.
std::optional<std::string> decode_cell(std::string_view bytes, const std::vector<std::string>& charsets);

// Decodes the whole file. Problem: incorrect, if no charset reads it.
Result<std::string> to_utf8(std::string bytes, const std::vector<std::string>& charsets);

// Why nobody can have written this value as text: a spreadsheet error ("#REF!"), lost characters (U+FFFD), or
// text that was read in a wrong charset ("Ã‘"). The reason fits at the end of a sentence. Empty if the value
// looks fine.
std::string fault_of_text(std::string_view text);

// "#N/A": a spreadsheet found no value.
bool is_not_available(std::string_view text);

}  // namespace handoff::mapping
