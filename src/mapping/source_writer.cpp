// Writes rows as a file of a contract's format, so that tests go the way that real files go.
#include <fmt/format.h>

#include "mapping/source.h"

namespace handoff::mapping {
namespace {

std::string quoted(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"') all += '"';
    all += c;
  }
  return all + '"';
}

Result<std::string> write_rows(const Contract& contract, json::Value rows) {
  std::string all;
  const auto line = [&](auto value_of) {
    for (std::size_t i = 0; i < contract.columns.size(); ++i) {
      if (i > 0) all += contract.delimiter;
      all += quoted(value_of(contract.columns[i]));
    }
    all += "\r\n";
  };
  if (contract.has_header) line([](const Column& column) { return std::string_view(column.path); });
  for (const json::Value row : rows.items()) {
    for (const json::Member& member : row.members())
      if (!contract.find(member.key))
        return problem(Kind::incorrect, fmt::format("the column \"{}\" is not declared", member.key));
    line([&](const Column& column) { return row[column.path].text(); });
  }
  return all;
}

}  // namespace

Result<std::string> write_source(const Plan& plan, json::Value rows) {
  if (plan.contract.format == "csv") return write_rows(plan.contract, rows);
  if (plan.contract.format == "json") return json::write(rows);
  std::string all;
  for (const json::Value row : rows.items()) all += json::write(row) + "\n";
  return all;
}

}  // namespace handoff::mapping
