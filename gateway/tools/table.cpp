#include "tools/table.h"

#include <algorithm>

namespace handoff::gateway {
namespace {

// Counts characters, not bytes.
std::size_t width_of(const std::string& text) {
  return std::size_t(std::count_if(text.begin(), text.end(),
                                   [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (std::size_t row = 1; row < rows_.size(); ++row)
    for (std::size_t column = 0; column < widths.size(); ++column)
      widths[column] = std::max(widths[column], width_of(rows_[row][column]));
  for (std::size_t column = 0; column < widths.size(); ++column)
    if (widths[column] > 0) widths[column] = std::max(widths[column], width_of(rows_.front()[column]));
  std::string out;
  for (const Row& row : rows_) {
    std::string line;
    for (std::size_t column = 0; column < widths.size(); ++column)
      if (widths[column] > 0)
        line += row[column] + std::string(widths[column] - width_of(row[column]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace handoff::gateway
