#include "mapping/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.h"

namespace handoff::mapping {
namespace {

constexpr std::size_t names_shown_max = 3;

struct Separator {
  char delimiter;
  std::string_view name;
};
constexpr Separator separators[] = {{',', "commas"}, {';', "semicolons"}, {'\t', "tabs"}, {'|', "bars"}};

// "a", "b", "c" and 997 more.
std::string some_of(const std::vector<std::string>& names) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(names.size(), names_shown_max); ++i)
    shown += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", shown_text(names[i]));
  return names.size() <= names_shown_max
             ? shown
             : fmt::format("{} and {} more", shown, names.size() - names_shown_max);
}

std::string column_of(const std::vector<std::string>& names, std::string_view what) {
  return fmt::format("the column{} {} {} {}", names.size() == 1 ? "" : "s", some_of(names),
                     names.size() == 1 ? "is" : "are", what);
}

std::size_t declared_among(const Contract& contract, std::span<const std::string_view> fields) {
  return std::size_t(std::count_if(fields.begin(), fields.end(), [&](std::string_view field) {
    return contract.find(trim(field)) != nullptr;
  }));
}

// The other separator that would give declared columns. Null if there is none.
const Separator* other_separator(const Contract& contract, std::span<const std::string_view> fields) {
  const std::string row = fmt::format("{}", fmt::join(fields, std::string_view(&contract.delimiter, 1)));
  const auto fits = [&](const Separator& separator) {
    std::vector<std::string_view> parts = split(row, separator.delimiter);
    for (std::string_view& part : parts)
      if (part = trim(part); part.size() > 1 && part.front() == '"' && part.back() == '"')
        part = part.substr(1, part.size() - 2);
    return separator.delimiter != contract.delimiter && parts.size() > 1 &&
           declared_among(contract, parts) > 1;
  };
  const auto* found = std::find_if(std::begin(separators), std::end(separators), fits);
  return found == std::end(separators) ? nullptr : found;
}

std::vector<std::string> declared_names(const Contract& contract) {
  std::vector<std::string> names;
  for (const Column& column : contract.columns) names.push_back(column.path);
  return names;
}

Problem wrong(std::string what) { return problem(Kind::incorrect, std::move(what), {}, "structure"); }

}  // namespace

bool is_header(const Contract& contract, std::span<const std::string_view> fields) {
  return std::all_of(contract.columns.begin(), contract.columns.end(), [&](const Column& column) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](std::string_view field) { return trim(field) == column.path; });
  });
}

std::optional<Problem> fault_of_separator(const Contract& contract,
                                          std::span<const std::string_view> fields) {
  const Separator* other = declared_among(contract, fields) < 2 ? other_separator(contract, fields) : nullptr;
  if (!other) return std::nullopt;
  return wrong(
      fmt::format("the columns are separated by {}: export with \"{}\", or change \"delimiter\" in map.json",
                  other->name, contract.delimiter));
}

Result<Row> header_of(const Contract& contract, std::span<const std::string_view> fields) {
  if (auto fault = fault_of_separator(contract, fields)) return *fault;
  if (declared_among(contract, fields) == 0)
    return wrong(fmt::format("the first row is not a header: it has none of the columns {}",
                             some_of(declared_names(contract))));
  Row header;
  std::vector<std::string> twice, undeclared, missing;
  for (const std::string_view field : fields) {
    const std::string name(trim(field));
    if (!name.empty() && std::find(header.begin(), header.end(), name) != header.end()) twice.push_back(name);
    else if (!name.empty() && !contract.find(name)) undeclared.push_back(name);
    header.push_back(name);
  }
  for (const Column& column : contract.columns)
    if (std::find(header.begin(), header.end(), column.path) == header.end()) missing.push_back(column.path);
  std::vector<std::string> faults;
  if (!twice.empty()) faults.push_back(column_of(twice, "there twice"));
  if (!undeclared.empty()) faults.push_back(column_of(undeclared, "not declared"));
  if (!missing.empty()) faults.push_back(column_of(missing, "missing"));
  if (!faults.empty()) return wrong(fmt::format("{}", fmt::join(faults, "; ")));
  return header;
}

}  // namespace handoff::mapping
