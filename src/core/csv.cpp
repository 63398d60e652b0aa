#include "core/csv.h"

#include <csv.h>
#include <fmt/format.h>

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.h"

namespace handoff {
namespace {

Problem at_record(std::size_t record, std::string_view what, std::string code = "structure") {
  return problem(Kind::incorrect, fmt::format("record {}: {}", record, what), {}, std::move(code));
}

Problem too_long(std::size_t record) {
  return at_record(record, fmt::format("longer than {} bytes", limits::feed_record_bytes_max), "too-long");
}

// What libcsv calls back into: one row's text in one piece, so that a row costs no allocation. What is thrown within waits until libcsv,
// which is C, has come back.
struct Reading {
  const TakeCsvRow& take;
  std::size_t record = 0;  // of the latest row that was whole
  std::string text = {};
  std::vector<std::size_t> ends = {};
  std::vector<std::string_view> fields = {};
  std::optional<Problem> failure = {};
  std::exception_ptr thrown = {};

  void guarded(auto&& work) {
    if (thrown) return;
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  }
  void end_row() {
    ++record;
    if (failure) return;
    if (text.size() > limits::feed_record_bytes_max) {
      failure = too_long(record);
      return;
    }
    fields.clear();
    for (std::size_t begin = 0; const std::size_t end : ends) {
      fields.push_back(std::string_view(text).substr(begin, end - begin));
      begin = end;
    }
    if (auto taken = take(record, fields); !taken) failure = taken.error();
    text.clear();
    ends.clear();
  }
};

void end_of_field(void* text, std::size_t length, void* reading) {
  auto& to = *static_cast<Reading*>(reading);
  to.guarded([&] {
    to.text.append(static_cast<const char*>(text), length);
    to.ends.push_back(to.text.size());
  });
}

void end_of_row(int, void* reading) {
  auto& to = *static_cast<Reading*>(reading);
  to.guarded([&] { to.end_row(); });
}

// The parser would drop blanks around unquoted values; trimming is the reader's affair.
int nothing_is_space(unsigned char) { return 0; }

}  // namespace

Result<void> each_csv_row(std::string_view text, char delimiter, const TakeCsvRow& take) {
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
  const std::unique_ptr<csv_parser, void (*)(csv_parser*)> freed(&parser, csv_free);
  csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
  csv_set_space_func(&parser, nothing_is_space);
  Reading reading{.take = take};
  // In pieces, so that one endless row is noticed before the parser has buffered it whole.
  constexpr std::size_t piece_bytes = 64u << 10;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    const std::string_view piece = text.substr(at, piece_bytes);
    const bool is_read = csv_parse(&parser, piece.data(), piece.size(), end_of_field, end_of_row, &reading) == piece.size();
    if (reading.thrown) std::rethrow_exception(reading.thrown);
    if (reading.failure) return *reading.failure;
    if (!is_read) return at_record(reading.record + 1, "a quote stands where none may");
    if (csv_get_buffer_size(&parser) + reading.text.size() > limits::feed_record_bytes_max + 2 * piece_bytes)
      return too_long(reading.record + 1);
  }
  const bool is_whole = csv_fini(&parser, end_of_field, end_of_row, &reading) == 0;
  if (reading.thrown) std::rethrow_exception(reading.thrown);
  if (!is_whole) return at_record(reading.record + 1, "a quoted value does not end");
  if (reading.failure) return *reading.failure;
  return {};
}

}  // namespace handoff
