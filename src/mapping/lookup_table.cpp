#include "mapping/lookup_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "mapping/charset.h"

namespace handoff::mapping {

Result<LookupTable> LookupTable::parse(std::string file, std::string_view text) {
  const auto wrong = [&](std::size_t row, std::string_view what) {
    return problem(Kind::incorrect, fmt::format("{}:{}:1: {}", file, row, what));
  };
  auto utf8 = to_utf8(std::string(text), {"utf-8"});
  if (!utf8) return wrong(1, utf8.error().summary());
  auto rows = read_csv(*utf8, ',');
  if (!rows) return wrong(1, rows.error().summary());
  if (rows->empty() || rows->front().size() < 2)
    return wrong(1, "a lookup table needs a header of two or more columns");
  LookupTable table;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    Row& row = (*rows)[i];
    for (std::string& value : row) value = std::string(trim(value));
    if (row.size() != rows->front().size())
      return wrong(i + 1, fmt::format("{} values, the header has {}", row.size(), rows->front().size()));
    if (i == 0) continue;
    if (!table.rows_.emplace(row.front(), i - 1).second)
      return wrong(i + 1, fmt::format("the key \"{}\" is there twice", row.front()));
  }
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

const std::string* LookupTable::find(std::string_view key, std::size_t column) const {
  const auto row = row_of(key);
  return row ? &values_[*row][column] : nullptr;
}

}  // namespace handoff::mapping
