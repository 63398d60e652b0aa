#include "mapping/csv.h"

#include <fmt/format.h>

#include <array>

#include "core/csv.h"
#include "core/text.h"

namespace handoff::mapping {
namespace {

// Code points of windows-1252 from 0x80 to 0x9f; 0 where there is none.
constexpr std::array<char32_t, 32> windows_1252 = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
                                                   0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
                                                   0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

void append(std::string& out, char32_t point) {
  if (point < 0x80) {
    out += char(point);
  } else if (point < 0x800) {
    out += char(0xc0 | (point >> 6));
    out += char(0x80 | (point & 0x3f));
  } else {
    out += char(0xe0 | (point >> 12));
    out += char(0x80 | ((point >> 6) & 0x3f));
    out += char(0x80 | (point & 0x3f));
  }
}

bool from_windows_1252(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    char32_t point = byte;
    if (byte >= 0x80 && byte < 0xa0) {
      point = windows_1252[byte - 0x80];
      if (point == 0) return false;
    }
    append(out, point);
  }
  return true;
}

}  // namespace

Result<std::vector<Row>> read_csv(std::string_view text, char delimiter) {
  std::vector<Row> rows;
  const auto read = each_csv_row(text, delimiter, [&rows](std::size_t, std::span<const std::string_view> fields) -> Result<void> {
    rows.emplace_back(fields.begin(), fields.end());
    return {};
  });
  if (!read) return read.error();
  return rows;
}

Result<std::string> to_utf8(std::string bytes, const std::vector<std::string>& charsets) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  for (const std::string& charset : charsets) {
    if (charset == "utf-8" && is_utf8(bytes)) {
      if (bytes.starts_with(mark)) bytes.erase(0, mark.size());
      return bytes;
    }
    std::string converted;
    if (charset == "windows-1252" && from_windows_1252(bytes, converted)) return converted;
  }
  return problem(Kind::incorrect, fmt::format("the file is not {}", fmt::join(charsets, " nor ")), {}, "structure");
}

}  // namespace handoff::mapping
