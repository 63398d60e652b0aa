#include "mapping/csv.h"

#include "core/csv.h"

namespace handoff::mapping {

Result<std::vector<Row>> read_csv(std::string_view text, char delimiter) {
  std::vector<Row> rows;
  const auto read = each_csv_row(
      text, delimiter, [&rows](std::size_t, std::span<const std::string_view> fields) -> Result<void> {
        rows.emplace_back(fields.begin(), fields.end());
        return {};
      });
  if (!read) return read.error();
  return rows;
}

}  // namespace handoff::mapping
