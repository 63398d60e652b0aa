// CSV: a header that names the columns, then a row for each record.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/csv.h"
#include "core/text.h"
#include "mapping/header.h"
#include "mapping/raw_file.h"

namespace handoff::mapping {
namespace {

// Reads the rows of a file. The header gives each value its column's name.
class RowReader {
 public:
  RowReader(const Contract& contract, bool is_mixed, RawFile& file)
      : contract_(contract), is_mixed_(is_mixed), file_(file) {
    if (contract.has_header) return;
    for (const Column& column : contract.columns) header_.push_back(column.path);
  }

  Result<void> read(std::string_view text) {
    const auto take = [this](std::size_t number, std::span<const std::string_view> fields) {
      return take_row(number, fields);
    };
    const auto broken = [&](std::size_t number, std::string_view why) -> Result<void> {
      const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
      if (auto fault = header_.empty() ? fault_of_separator(contract_, {&line, 1}) : std::nullopt)
        return *fault;
      if (header_.empty()) return of_file(fmt::format("record {}, the header: {}", number, why));
      file_.records.push_back({number, {}, std::string(why)});
      return {};
    };
    if (auto done = each_csv_row(text, contract_.delimiter, take, broken); !done) return done;
    if (first_) return *first_;
    if (header_.empty()) return of_file("the file is empty: it has no header");
    return {};
  }

 private:
  static constexpr std::size_t header_rows_max = 20;  // rows searched for a header, to report its row

  static bool is_blank(std::span<const std::string_view> fields) {
    return std::all_of(fields.begin(), fields.end(),
                       [](std::string_view field) { return trim(field).empty(); });
  }

  Result<void> take_row(std::size_t number, std::span<const std::string_view> fields) {
    if (is_blank(fields)) return {};
    if (!header_.empty()) return take_record(number, fields);
    if (first_ && is_header(contract_, fields))
      return of_file(fmt::format("the header is row {}: delete the rows above it", number));
    if (first_) return number < header_rows_max ? Result<void>() : *first_;
    auto header = header_of(contract_, fields);
    if (header) header_ = std::move(*header);
    else first_ = header.error();
    return {};
  }

  // A column without a name and fields beyond the last column are ignored if they are empty. Otherwise they
  // are an error.
  Result<void> take_record(std::size_t number, std::span<const std::string_view> fields) {
    while (fields.size() > header_.size() && trim(fields.back()).empty())
      fields = fields.first(fields.size() - 1);
    RawRecord record{number, {}, {}};
    std::vector<json::Member> members;
    for (std::size_t c = 0; c < std::min(fields.size(), header_.size()); ++c) {
      if (header_[c].empty() && !trim(fields[c]).empty())
        return of_file(fmt::format(
            "column {} has no name, and record {} has a value in it: name it or empty it", c + 1, number));
      if (header_[c].empty()) continue;
      if (is_mixed_ && !decode_cell(fields[c], contract_.charsets)) {
        if (record.field.empty()) record.field = header_[c];
        continue;
      }
      const std::string_view cell = fields[c];
      const json::Value value = file_.arena.string(is_mixed_ ? *decode_cell(cell, contract_.charsets) : cell);
      members.push_back({header_[c], value});
    }
    record.values = file_.arena.object(members);
    if (!record.field.empty())
      record.broken =
          fmt::format("is not {}: export the file in one charset", fmt::join(contract_.charsets, " or "));
    else if (fields.size() != header_.size())
      record.broken = fmt::format("{} values instead of {}", fields.size(), header_.size());
    file_.records.push_back(std::move(record));
    return {};
  }

  const Contract& contract_;
  const bool is_mixed_;
  RawFile& file_;
  Row header_;
  std::optional<Problem> first_;  // why the first row is no header
};

std::string quoted(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"') all += '"';
    all += c;
  }
  return all + '"';
}

}  // namespace

Result<void> read_csv_file(const Plan& plan, const Decoded& decoded, RawFile& file) {
  return RowReader(plan.contract, decoded.is_mixed, file).read(decoded.text);
}

Result<std::string> write_csv_file(const Contract& contract, json::Value rows) {
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

}  // namespace handoff::mapping
