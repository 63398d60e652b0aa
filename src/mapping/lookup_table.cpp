#include "mapping/lookup_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "json/document.h"
#include "mapping/charset.h"

namespace handoff::mapping {
namespace {

// Offsets of the cells of the record that begins at `at`. Moves `at` to the end of the record.
std::vector<std::size_t> cells_from(std::string_view text, std::size_t& at) {
  std::vector<std::size_t> cells{at};
  for (bool is_quoted = false; at < text.size(); ++at) {
    if (text[at] == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (text[at] == ',') cells.push_back(at + 1);
    if (text[at] == '\n') return ++at, cells;
  }
  return cells;
}

// The value of the first cell of `text`, without blanks and quotes.
std::string cell_value(std::string_view text) {
  std::string value;
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_quoted && (text[at] == ',' || text[at] == '\n')) break;
    if (text[at] != '"') value += text[at];
    else if (is_quoted && text.substr(at + 1).starts_with('"')) value += text[at++];
    else is_quoted = !is_quoted;
  }
  return std::string(trim(value));
}

bool is_empty(const Row& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& value) { return value.empty(); });
}

// What is wrong with the header. A column without a name must be empty in all rows.
std::string header_flaw(const std::vector<Row>& rows) {
  const Row& header = rows.front();
  for (auto name = header.begin(); name != header.end(); ++name) {
    const auto column = std::size_t(name - header.begin());
    const auto has_value = [column](const Row& row) { return column < row.size() && !row[column].empty(); };
    if (name->empty() && std::any_of(rows.begin(), rows.end(), has_value)) return "a column has no name";
    if (!name->empty() && std::find(header.begin(), name, *name) != name)
      return fmt::format("the column \"{}\" is there twice", *name);
  }
  return {};
}

}  // namespace

Result<LookupTable> LookupTable::parse(std::string file, std::string_view text) {
  const auto wrong = [&](std::size_t row, std::string_view what) {
    return problem(Kind::incorrect, fmt::format("{}:{}:1: {}", file, row, what));
  };
  auto utf8 = to_utf8(std::string(text), {"utf-8"});
  if (!utf8) return wrong(1, utf8.error().summary());
  auto rows = read_csv(*utf8, ',');
  if (!rows) return wrong(1, rows.error().summary());
  for (Row& row : *rows)
    for (std::string& value : row) value = std::string(trim(value));
  if (rows->empty() || rows->front().size() < 2 || is_empty(rows->front()))
    return wrong(1, "a lookup table needs a header of two or more columns");
  if (const std::string flaw = header_flaw(*rows); !flaw.empty()) return wrong(1, flaw);
  LookupTable table;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row& row = (*rows)[i];
    if (row.size() != rows->front().size())
      return wrong(i + 1, fmt::format("{} values, the header has {}", row.size(), rows->front().size()));
    if (i == 0 || is_empty(row)) continue;
    if (row.front().empty()) return wrong(i + 1, "a row has no key");
    if (!table.rows_.emplace(row.front(), table.rows_.size()).second)
      return wrong(i + 1, fmt::format("the key \"{}\" is there twice", row.front()));
  }
  std::erase_if(*rows, is_empty);
  table.file_ = std::move(file);
  table.text_ = std::move(*utf8);
  table.header_ = std::move(rows->front());
  table.values_.assign(std::make_move_iterator(rows->begin() + 1), std::make_move_iterator(rows->end()));
  return table;
}

std::optional<std::size_t> LookupTable::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return std::size_t(found - header_.begin());
}

std::optional<std::size_t> LookupTable::row_of(std::string_view key) const {
  const auto found = rows_.find(std::string(key));
  if (found == rows_.end()) return std::nullopt;
  return found->second;
}

std::string LookupTable::place(std::size_t row, std::size_t column) const {
  std::size_t offset = 0;
  for (std::size_t at = 0; at < text_.size();) {
    const auto cells = cells_from(text_, at);
    if (cell_value(std::string_view(text_).substr(cells.front())) != values_[row].front() ||
        column >= cells.size())
      continue;
    offset = cells[column];
    break;
  }
  const json::Position place = json::position_at(text_, offset);
  return fmt::format("{}:{}:{}", file_, place.line, place.column);
}

const std::string* LookupTable::find(std::string_view key, std::size_t column) const {
  const auto row = row_of(key);
  return row ? &values_[*row][column] : nullptr;
}

}  // namespace handoff::mapping
