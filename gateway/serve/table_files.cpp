#include "serve/table_files.h"

#include "serve/files.h"

namespace handoff::gateway {
namespace {

template <class Table>
Result<Table> load(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return text.error();
  auto table = Table::read(*text);
  if (!table) return problem(Kind::incorrect, table.error().summary(), file.string());
  return table;
}

}  // namespace

Result<identity::Placeholders> load_placeholders(const std::filesystem::path& file) {
  return load<identity::Placeholders>(file);
}
Result<identity::Nicknames> load_nicknames(const std::filesystem::path& file) {
  return load<identity::Nicknames>(file);
}

Result<identity::Tables> load_tables(const std::filesystem::path& folder) {
  auto placeholders = load_placeholders(folder / "placeholders.csv");
  if (!placeholders) return placeholders.error();
  auto nicknames = load_nicknames(folder / "nicknames.csv");
  if (!nicknames) return nicknames.error();
  return identity::Tables{std::move(*placeholders), std::move(*nicknames)};
}

}  // namespace handoff::gateway
