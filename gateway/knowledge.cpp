#include "knowledge.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "core/limits.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

Problem refused(const fs::path& file, const std::string& why) {
  return problem(Kind::incorrect, fmt::format("{}: {}", file.string(), why));
}

Result<std::string> read_bytes(const fs::path& file, std::size_t bytes_max) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return refused(file, "cannot be read: " + error.message());
  if (size > bytes_max) return refused(file, fmt::format("is longer than {} bytes", bytes_max));
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(size, '\0');
  if (!stream.read(bytes.data(), std::streamsize(size))) return refused(file, "cannot be read");
  return bytes;
}

Result<std::shared_ptr<const packages::Package>> read_package(const fs::path& file) {
  const auto bytes = read_bytes(file, limits::package_bytes_max);
  if (!bytes) return bytes.error();
  auto package = packages::Package::read(*bytes);
  if (!package) return refused(file, package.error().summary());
  return package;
}

// "hl7.fhir.us.core-6.1.0.tgz" for the dependency hl7.fhir.us.core 6.1.0 or 6.1.x; the folder's first that fits.
fs::path find_beside(const fs::path& file, const packages::Dependency& dependency) {
  std::error_code error;
  const fs::path folder = file.parent_path().empty() ? "." : file.parent_path();
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string(), begin = dependency.name + "-";
    if (!name.starts_with(begin) || !name.ends_with(".tgz")) continue;
    const std::string_view version = std::string_view(name).substr(begin.size(), name.size() - begin.size() - 4);
    if (packages::satisfies(version, dependency.version)) return entry.path();
  }
  return {};
}

}  // namespace

Knowledge::Knowledge(packages::Library library)
    : library_(std::move(library)),
      profiles_(fhir::Definitions::r4(), [this](std::string_view type, std::string_view url) { return library_.find(type, url); }),
      terminology_([this](std::string_view type, std::string_view canonical) { return library_.find(type, canonical); }),
      validator_(profiles_, terminology_) {}

Result<std::unique_ptr<Knowledge>> Knowledge::load(std::span<const fs::path> packages) {
  packages::Library library;
  std::vector<fs::path> waiting(packages.begin(), packages.end());
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (i >= limits::packages_max) return refused(waiting[i], fmt::format("more than {} packages", limits::packages_max));
    auto package = read_package(waiting[i]);
    if (!package) return package.error();
    if (library.has({(*package)->name(), (*package)->version()})) continue;
    library.add(std::move(*package));
    for (const packages::Dependency& dependency : library.missing()) {
      const fs::path beside = find_beside(waiting[i], dependency);
      if (!beside.empty() && std::find(waiting.begin(), waiting.end(), beside) == waiting.end()) waiting.push_back(beside);
    }
  }
  return std::unique_ptr<Knowledge>(new Knowledge(std::move(library)));
}

Result<void> Knowledge::add_codes(const fs::path& table) {
  const auto csv = read_bytes(table, limits::code_table_bytes_max);
  if (!csv) return csv.error();
  auto system = terminology::CodeSystem::read_table(*csv);
  if (!system) return refused(table, system.error().summary());
  return terminology_.add(std::move(*system));
}

}  // namespace handoff::gateway
