#include "mapping/charset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/text.h"

namespace handoff::mapping {
namespace {

// Code points of windows-1252 for the bytes 0x80 to 0x9f. 0 if the byte has none.
constexpr std::array<char32_t, 32> windows_1252 = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

unsigned char byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

void append(std::string& out, char32_t point) {
  if (point < 0x80) out += char(point);
  else if (point < 0x800) out += {char(0xc0 | (point >> 6)), char(0x80 | (point & 0x3f))};
  else if (point < 0x10000)
    out += {char(0xe0 | (point >> 12)), char(0x80 | ((point >> 6) & 0x3f)), char(0x80 | (point & 0x3f))};
  else
    out += {char(0xf0 | (point >> 18)), char(0x80 | ((point >> 12) & 0x3f)),
            char(0x80 | ((point >> 6) & 0x3f)), char(0x80 | (point & 0x3f))};
}

std::optional<std::string> from_windows_1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = byte_at(bytes, i);
    const char32_t point = byte >= 0x80 && byte < 0xa0 ? windows_1252[byte - 0x80] : byte;
    if (byte >= 0x80 && point == 0) return std::nullopt;
    append(out, point);
  }
  return out;
}

// Length in bytes of the multi-byte UTF-8 character that begins here. 0 if none begins here.
std::size_t long_character(std::string_view bytes, std::size_t at) {
  const auto lead = byte_at(bytes, at);
  const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  return length > 0 && at + length <= bytes.size() && is_utf8(bytes.substr(at, length)) ? length : 0;
}

bool has_long_character(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (byte_at(bytes, i) >= 0x80 && long_character(bytes, i) > 0) return true;
  return false;
}

Problem wrong(std::string what) { return problem(Kind::incorrect, std::move(what), {}, "structure"); }

Result<Decoded> from_utf16(std::string_view bytes, bool is_big) {
  const auto unit = [&](std::size_t at) {
    return char32_t(is_big ? byte_at(bytes, at) << 8 | byte_at(bytes, at + 1)
                           : byte_at(bytes, at + 1) << 8 | byte_at(bytes, at));
  };
  if (bytes.size() % 2 != 0) return wrong("the file is UTF-16 and ends within a character: export it again");
  Decoded decoded;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    char32_t point = unit(i);
    if (point >= 0xd800 && point < 0xe000) {
      const bool is_pair =
          point < 0xdc00 && i + 4 <= bytes.size() && unit(i + 2) >= 0xdc00 && unit(i + 2) < 0xe000;
      if (!is_pair) return wrong("the file is UTF-16 with half a character in it: export it again");
      point = 0x10000 + ((point - 0xd800) << 10) + (unit(i + 2) - 0xdc00);
      i += 2;
    }
    append(decoded.text, point);
  }
  return decoded;
}

bool has(const std::vector<std::string>& charsets, std::string_view name) {
  return std::find(charsets.begin(), charsets.end(), name) != charsets.end();
}

// Error texts of Excel, LibreOffice and Google Sheets, in capitals. LibreOffice also shows "ERR:" with
// digits.
constexpr std::string_view spreadsheet_errors[] = {
    "#N/A",       "#N/A N/A", "#REF!",   "#NAME?",        "#VALUE!",   "#DIV/0!",   "#NUM!",  "#NULL!",
    "#SPILL!",    "#CALC!",   "#FIELD!", "#GETTING_DATA", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!",
    "#EXTERNAL!", "#PYTHON!", "#ERROR!", "#LOADING...",   "#NAME",     "#VALUE",    "#REF"};

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return out;
}

bool is_spreadsheet_error(std::string_view text) {
  if (text.size() < 2 || text.size() > 16) return false;
  const std::string plain = capitals(text);
  if (std::find(std::begin(spreadsheet_errors), std::end(spreadsheet_errors), plain) !=
      std::end(spreadsheet_errors))
    return true;
  // a column that was too narrow
  if (plain.size() >= 3 && plain.find_first_not_of('#') == plain.npos) return true;
  return plain.starts_with("ERR:") && plain.find_first_not_of("0123456789", 4) == plain.npos &&
         plain.size() > 4;
}

// The bytes of this text in windows-1252. Nothing if the text has characters that windows-1252 lacks.
std::optional<std::string> as_windows_1252(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = byte_at(text, i) < 0x80 ? 1 : long_character(text, i);
    if (length == 0 || length == 4) return std::nullopt;
    char32_t point = byte_at(text, i);
    if (length == 2) point = (point & 0x1f) << 6 | (byte_at(text, i + 1) & 0x3f);
    if (length == 3)
      point = (point & 0x0f) << 12 | (byte_at(text, i + 1) & 0x3f) << 6 | (byte_at(text, i + 2) & 0x3f);
    const auto found = std::find(windows_1252.begin(), windows_1252.end(), point);
    if (point < 0x100) bytes += char(point);
    else if (found != windows_1252.end()) bytes += char(0x80 + (found - windows_1252.begin()));
    else return std::nullopt;
    i += length;
  }
  return bytes;
}

}  // namespace

Result<Decoded> decode(std::string bytes, const std::vector<std::string>& charsets) {
  constexpr std::string_view utf32[] = {{"\xff\xfe\0\0", 4}, {"\0\0\xfe\xff", 4}};
  if (bytes.starts_with(utf32[0]) || bytes.starts_with(utf32[1]))
    return wrong("the file is UTF-32: export it as UTF-8");
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff"))
    return from_utf16(std::string_view(bytes).substr(2), bytes[0] == '\xfe');
  if (bytes.find('\0') != bytes.npos)
    return wrong("the file holds NUL bytes, as UTF-16 without a byte order mark does: export it as UTF-8");
  constexpr std::string_view mark = "\xef\xbb\xbf";
  const bool has_mark = bytes.starts_with(mark);
  if (has_mark) bytes.erase(0, mark.size());
  if (has(charsets, "utf-8") && is_utf8(bytes)) return Decoded{std::move(bytes)};
  const bool may_be_1252 =
      has(charsets, "windows-1252") && !has_mark && !(has(charsets, "utf-8") && has_long_character(bytes));
  if (auto converted = may_be_1252 ? from_windows_1252(bytes) : std::nullopt)
    return Decoded{std::move(*converted)};
  return Decoded{std::move(bytes), true};
}

std::optional<std::string> decode_cell(std::string_view bytes, const std::vector<std::string>& charsets) {
  if (has(charsets, "utf-8")) return is_utf8(bytes) ? std::optional(std::string(bytes)) : std::nullopt;
  return from_windows_1252(bytes);
}

Result<std::string> to_utf8(std::string bytes, const std::vector<std::string>& charsets) {
  auto decoded = decode(std::move(bytes), charsets);
  if (!decoded) return decoded.error();
  if (!decoded->is_mixed) return std::move(decoded->text);
  return wrong(fmt::format("the file is not {}", fmt::join(charsets, " nor ")));
}

std::string fault_of_text(std::string_view text) {
  if (is_spreadsheet_error(trim(text)))
    return fmt::format("the spreadsheet shows an error here ({})", trim(text));
  if (text.find("\xef\xbf\xbd") != text.npos)
    return "a character was lost (U+FFFD): export it again as UTF-8";
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return {};
  const auto bytes = as_windows_1252(text);
  const bool is_garbled = bytes && has_long_character(*bytes) && is_utf8(*bytes);
  return is_garbled ? "UTF-8 was read as Windows-1252 before it came here: export it again as UTF-8" : "";
}

bool is_not_available(std::string_view text) {
  const std::string plain = capitals(trim(text));
  return plain == "#N/A" || plain == "#N/A N/A";
}

}  // namespace handoff::mapping
