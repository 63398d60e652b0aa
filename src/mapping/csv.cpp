#include "mapping/csv.h"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/limits.h"
#include "core/text.h"

namespace handoff::mapping {
namespace {

// What libcsv calls back into.
struct Rows {
  std::vector<Row> rows;
  Row current;
  std::size_t current_bytes = 0;
  bool too_long = false;
};

void end_of_field(void* text, std::size_t length, void* rows) {
  auto& to = *static_cast<Rows*>(rows);
  to.current_bytes += length;
  to.current.emplace_back(static_cast<const char*>(text), length);
}

void end_of_row(int, void* rows) {
  auto& to = *static_cast<Rows*>(rows);
  if (to.current_bytes > limits::feed_record_bytes_max) to.too_long = true;
  to.rows.push_back(std::move(to.current));
  to.current = {};
  to.current_bytes = 0;
}

// The parser would drop blanks around unquoted values; trimming is the contract's affair.
int nothing_is_space(unsigned char) { return 0; }

Problem broken(const Rows& rows, std::string_view what) {
  return problem(Kind::incorrect, fmt::format("record {}: {}", rows.rows.size() + 1, what), {}, "structure");
}

Problem too_long(const Rows& rows) {
  return problem(Kind::incorrect,
                 fmt::format("record {}: longer than {} bytes", rows.rows.size(), limits::feed_record_bytes_max), {},
                 "too-long");
}

// Code points of windows-1252 from 0x80 to 0x9f; 0 where there is none.
constexpr std::array<char32_t, 32> windows_1252 = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                   0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                                   0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                   0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

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
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  const std::unique_ptr<csv_parser, void (*)(csv_parser*)> freed(&parser, csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
  csv_set_space_func(&parser, nothing_is_space);
  Rows rows;
  // In pieces, so that one endless row is noticed before the parser has buffered it whole.
  constexpr std::size_t piece_bytes = 64u << 10;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    const std::string_view piece = text.substr(at, piece_bytes);
    if (csv_parse(&parser, piece.data(), piece.size(), end_of_field, end_of_row, &rows) != piece.size())
      return broken(rows, "a quote stands where none may");
    if (rows.too_long) return too_long(rows);
    if (csv_get_buffer_size(&parser) > limits::feed_record_bytes_max + 2 * piece_bytes) {
      rows.rows.emplace_back();
      return too_long(rows);
    }
  }
  if (csv_fini(&parser, end_of_field, end_of_row, &rows) != 0) return broken(rows, "a quoted value does not end");
  if (rows.too_long) return too_long(rows);
  return std::move(rows.rows);
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
