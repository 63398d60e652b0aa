// A lookup table: a CSV file that an analyst keeps in a spreadsheet. The first column is the key
// (mappings/README.md: lookups).
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

// What happens with a key that the table does not have.
enum class Unmapped : std::uint8_t { error, text, pass, fixed };

class LookupTable {
 public:
  // `file` only names the table in errors. Problem: incorrect, "lookups/sex.csv:3: …": rows of different
  // lengths, a key twice, or fewer than two columns.
  static Result<LookupTable> parse(std::string file, std::string_view text);

  bool contains(std::string_view key) const { return rows_.contains(std::string(key)); }
  std::optional<std::size_t> column(std::string_view name) const;
  // The key's value in a column. Null if the table lacks the key.
  const std::string* find(std::string_view key, std::size_t column) const;
  std::optional<std::size_t> row_of(std::string_view key) const;
  std::size_t size() const { return values_.size(); }
  const Row& row(std::size_t index) const { return values_[index]; }
  // The place of a value in its file: "lookups/sex.csv:2:3".
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
