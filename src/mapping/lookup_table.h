// A lookup table: a CSV file that an analyst keeps in a spreadsheet. The first column is the key (mappings/README.md: lookups).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "mapping/csv.h"

namespace handoff::mapping {

// What becomes of a key that the table lacks.
enum class Unmapped : std::uint8_t { error, text, pass, fixed };

class LookupTable {
 public:
  // `file` only names it in errors. Problem: incorrect, "lookups/sex.csv:3: …": not rectangular, a key twice, no
  // column.
  static Result<LookupTable> parse(std::string file, std::string_view text);

  bool contains(std::string_view key) const { return rows_.contains(std::string(key)); }
  std::optional<std::size_t> column(std::string_view name) const;
  // Value in a column; nothing if there is no such key. A pair so that tests can see which row was used.
  const std::string* find(std::string_view key, std::size_t column) const;
  std::optional<std::size_t> row_of(std::string_view key) const;
  std::size_t size() const { return values_.size(); }
  const Row& row(std::size_t index) const { return values_[index]; }
  // "lookups/sex.csv:2:3", where a value of a row stands.
  std::string place(std::size_t row, std::size_t column) const;

  Unmapped unmapped = Unmapped::error;
  std::string fixed;
  std::string fixed_place;  // in map.json

 private:
  std::string file_;
  std::string text_;
  Row header_;
  std::vector<Row> values_;
  std::unordered_map<std::string, std::size_t> rows_;
};

}  // namespace handoff::mapping
