// CodeSystem::read_table: a system from a table of codes (RFC 4180).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/limits.h"
#include "core/text.h"
#include "terminology/code_system.h"

namespace handoff::terminology {
namespace {

// The table's fields in their place: quoted ones are unquoted where they stand, so that nothing is copied.
class Rows {
 public:
  explicit Rows(std::string& text) : next_(text.data()), end_(text.data() + text.size()) {}

  // False at the end. `line` counts from 1, the header included.
  bool read(std::vector<std::string_view>& fields) {
    fields.clear();
    if (next_ == end_) return false;
    line_ = following_;
    for (bool more = true; more;) {
      fields.push_back(next_ < end_ && *next_ == '"' ? quoted() : plain());
      more = next_ < end_ && *next_ == ',';
      if (more) ++next_;
    }
    if (next_ < end_ && *next_ == '\r') ++next_;
    is_broken_ = next_ < end_ && *next_ != '\n';
    if (next_ < end_) ++next_;
    ++following_;
    return true;
  }
  std::size_t line() const { return line_; }
  bool is_broken() const { return is_broken_; }  // something stood behind a closing quote

 private:
  std::string_view plain() {
    char* const begin = next_;
    next_ = std::find_if(next_, end_, [](char c) { return c == ',' || c == '\n' || c == '\r'; });
    return {begin, std::size_t(next_ - begin)};
  }
  std::string_view quoted() {
    char* const begin = ++next_;
    char* out = begin;
    while (next_ < end_) {
      if (*next_ == '"' && (++next_ == end_ || *next_ != '"')) break;
      if (*next_ == '\n') ++following_;
      *out++ = *next_++;
    }
    return {begin, std::size_t(out - begin)};
  }

  char* next_;
  char* const end_;
  std::size_t line_ = 0, following_ = 1;
  bool is_broken_ = false;
};

constexpr std::array columns = {"code", "display", "parent", "inactive"};
enum Column : std::size_t { code, display, parent, inactive };
constexpr std::size_t absent = std::size_t(-1);

Problem at_line(std::size_t line, std::string_view what) {
  return problem(Kind::incorrect, fmt::format("line {}: {}", line, what), "CodeSystem.concept", "structure");
}

// Where the columns stand.
Result<std::array<std::size_t, columns.size()>> places_in(const std::vector<std::string_view>& header) {
  std::array<std::size_t, columns.size()> places;
  places.fill(absent);
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto found = std::find(columns.begin(), columns.end(), trim(header[i]));
    if (found == columns.end()) continue;
    places[std::size_t(found - columns.begin())] = i;
  }
  if (places[code] == absent || places[display] == absent) return at_line(1, "a header with the columns code and display is needed");
  return places;
}

}  // namespace

Result<CodeSystem> CodeSystem::read_table(std::string url, std::string version, std::string csv) {
  if (!is_utf8(csv)) return problem(Kind::incorrect, "the table is no UTF-8", "CodeSystem.concept", "structure");
  CodeSystem made;
  made.url_ = std::move(url);
  made.version_ = std::move(version);
  made.is_complete_ = true;
  made.table_ = std::make_shared<std::string>(std::move(csv));
  Rows rows(*made.table_);
  std::vector<std::string_view> fields;
  if (!rows.read(fields)) return at_line(1, "the table is empty");
  const auto places = places_in(fields);
  if (!places) return places.error();
  std::vector<std::pair<std::string_view, std::size_t>> stated;  // parents, which may stand below their children
  while (rows.read(fields)) {
    const auto field = [&](Column column) {
      return (*places)[column] < fields.size() ? trim(fields[(*places)[column]]) : std::string_view();
    };
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;
    if (rows.is_broken()) return at_line(rows.line(), "something stands behind a closing quote");
    if (field(code).empty()) return at_line(rows.line(), "no code");
    Concept item{.code = field(code), .display = field(display), .is_inactive = field(inactive) == "true"};
    if (auto added = made.add(item, {}); !added) return at_line(rows.line(), added.error().summary());
    stated.emplace_back(field(parent), rows.line());
  }
  for (std::size_t i = 0; i < stated.size(); ++i) {
    for (const std::string_view one : split(stated[i].first, '|')) {
      if (trim(one).empty()) continue;
      const Concept* const above = made.find(trim(one));
      if (!above) return at_line(stated[i].second, fmt::format("its parent {} is not in the table", shown_text(trim(one))));
      made.parents_[i].push_back(made.place(*above));
    }
  }
  return made;
}

}  // namespace handoff::terminology
