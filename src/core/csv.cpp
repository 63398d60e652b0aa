#include "core/csv.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/limits.h"

namespace handoff {
namespace {

constexpr std::string_view misplaced = "a quote is not allowed here";
constexpr std::string_view endless = "a quoted value does not end";

bool ends_line(char c) { return c == '\n' || c == '\r'; }

Problem at_record(std::size_t record, std::string_view what, std::string code = "structure") {
  return problem(Kind::incorrect, fmt::format("record {}: {}", record, what), {}, std::move(code));
}

// Reads one row after another.
class Rows {
 public:
  Rows(std::string_view text, char delimiter, bool is_strict)
      : text_(text), delimiter_(delimiter), is_strict_(is_strict) {}

  // False: there are no more.
  bool next() {
    while (at_ < text_.size() && ends_line(text_[at_])) ++at_;
    if (at_ == text_.size()) return false;
    const std::size_t begin = at_;
    values_.clear();
    ends_.clear();
    why_ = {};
    while (why_.empty() && !is_long_ && take_field()) {}
    if (!why_.empty()) at_ = line_end(begin);
    bytes_ = at_ - begin;
    return true;
  }
  std::string_view why() const { return why_; }  // empty: the row is sound
  bool is_long() const { return is_long_ || bytes_ > limits::feed_record_bytes_max; }
  std::span<const std::string_view> fields() {
    fields_.clear();
    for (std::size_t begin = 0; const std::size_t end : ends_) {
      fields_.push_back(std::string_view(values_).substr(begin, end - begin));
      begin = end;
    }
    return fields_;
  }

 private:
  std::size_t line_end(std::size_t from) const {
    return std::min(text_.find_first_of("\r\n", from), text_.size());
  }

  // True: another field follows in this row.
  bool take_field() {
    if (at_ < text_.size() && text_[at_] == '"') take_quoted();
    else take_plain();
    if (!why_.empty() || is_long_) return false;
    ends_.push_back(values_.size());
    if (at_ == text_.size() || ends_line(text_[at_])) return false;
    ++at_;  // the delimiter
    return true;
  }
  void take_plain() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != delimiter_ && !ends_line(text_[at_])) ++at_;
    const std::string_view value = text_.substr(begin, at_ - begin);
    if (is_strict_ && value.find('"') != value.npos) why_ = misplaced;
    values_.append(value);
  }
  void take_quoted() {
    for (++at_;;) {
      const std::size_t quote = at_ < last_quote_ ? text_.find('"', at_) : text_.npos;
      if (quote == text_.npos) return void(why_ = endless);
      if (values_.size() + (quote - at_) > limits::feed_record_bytes_max) return void(is_long_ = true);
      values_.append(text_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (at_ == text_.size() || text_[at_] != '"') break;
      values_ += '"';
      ++at_;
    }
    if (at_ < text_.size() && text_[at_] != delimiter_ && !ends_line(text_[at_])) why_ = misplaced;
  }

  const std::string_view text_;
  const char delimiter_;
  const bool is_strict_;
  // there is no quote from here on
  const std::size_t last_quote_ = text_.rfind('"') == text_.npos ? 0 : text_.rfind('"') + 1;
  std::size_t at_ = 0, bytes_ = 0;
  bool is_long_ = false;
  std::string values_;  // of one row, without separators
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> fields_;
  std::string_view why_;
};

}  // namespace

Result<void> each_csv_row(std::string_view text, char delimiter, const TakeCsvRow& take,
                          const TakeBrokenCsvRow& broken) {
  Rows rows(text, delimiter, !broken);
  std::size_t broken_rows = 0;
  for (std::size_t record = 1; rows.next(); ++record) {
    if (rows.is_long())
      return at_record(record, fmt::format("longer than {} bytes", limits::feed_record_bytes_max),
                       "too-long");
    if (!rows.why().empty() && !broken) return at_record(record, rows.why());
    if (!rows.why().empty() && ++broken_rows > limits::feed_broken_rows_max)
      return at_record(
          record, fmt::format("{}; more than {} rows are broken", rows.why(), limits::feed_broken_rows_max));
    const auto taken = rows.why().empty() ? take(record, rows.fields()) : broken(record, rows.why());
    if (!taken) return taken.error();
  }
  return {};
}

}  // namespace handoff
