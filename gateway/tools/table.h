// Rows of texts in aligned columns, for a terminal.
#pragma once

#include <string>
#include <vector>

namespace handoff::gateway {

class Table {
 public:
  using Row = std::vector<std::string>;
  explicit Table(Row titles) : rows_{std::move(titles)} {}
  void add(Row row) { rows_.push_back(std::move(row)); }
  bool is_empty() const { return rows_.size() < 2; }
  std::string text() const;  // each line ends; columns without content are left out

 private:
  std::vector<Row> rows_;
};

}  // namespace handoff::gateway
