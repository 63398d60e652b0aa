#include "serve/knowledge.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "core/limits.h"
#include "core/log.h"
#include "packages/search_parameters.h"
#include "search/index_rows.h"

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

// Finds "hl7.fhir.us.core-6.1.0.tgz" for the dependency hl7.fhir.us.core 6.1.0 or 6.1.x: the first file of
// the folder that fits.
fs::path find_beside(const fs::path& file, const packages::Dependency& dependency) {
  std::error_code error;
  const fs::path folder = file.parent_path().empty() ? "." : file.parent_path();
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string(), begin = dependency.name + "-";
    if (!name.starts_with(begin) || !name.ends_with(".tgz")) continue;
    const std::string_view version =
        std::string_view(name).substr(begin.size(), name.size() - begin.size() - 4);
    if (packages::satisfies(version, dependency.version)) return entry.path();
  }
  return {};
}

// Collects the search parameters of all packages and makes them one set.
class Parameters {
 public:
  Result<void> add(const packages::Package& package) {
    const fhir::Definitions& r4 = fhir::Definitions::r4();
    const auto added = packages::search_parameters(package, r4);
    if (!added) return added.error();
    for (const auto& [parameter, file] : *added)
      if (const auto compiles = search::check_expression(r4, parameter); !compiles)
        return problem(Kind::incorrect,
                       "the expression of the search parameter: " + compiles.error().summary(),
                       std::string(file));
    packages_.emplace_back();
    for (const auto& [parameter, file] : *added) packages_.back().push_back(parameter);
    return {};
  }

  // As in the library, the definition of the latest package counts: for a canonical, and for a code of a
  // type.
  Result<std::vector<fhir::SearchParameter>> take() const {
    std::vector<fhir::SearchParameter> all;
    std::set<std::string_view> urls;
    std::set<std::pair<std::string_view, std::string_view>> codes;
    for (auto package = packages_.rbegin(); package != packages_.rend(); ++package)
      for (fhir::SearchParameter parameter : *package) {
        std::erase_if(parameter.bases, [&](std::string_view base) {
          return codes.contains({base, parameter.code});
        });
        if (parameter.bases.empty() || !urls.insert(parameter.url).second) continue;
        for (const std::string_view base : parameter.bases) codes.emplace(base, parameter.code);
        all.push_back(std::move(parameter));
      }
    if (all.size() > limits::package_search_parameters_max)
      return problem(Kind::incorrect, fmt::format("the packages have more than {} search parameters",
                                                  limits::package_search_parameters_max));
    return all;
  }

 private:
  std::vector<std::vector<fhir::SearchParameter>> packages_;
};

// Warns about what may surprise the person who put the packages there.
void tell_of(const packages::Library& library) {
  const auto& all = library.packages();
  for (auto one = all.begin(); one != all.end(); ++one)
    for (auto later = one + 1; later != all.end(); ++later)
      if ((*one)->name() == (*later)->name())
        log::warn(
            fmt::format("packages: {} is loaded in versions {} and {}; the second version's "
                        "definitions count",
                        (*one)->name(), (*one)->version(), (*later)->version()));
  for (const packages::Dependency& dependency : library.missing())
    log::warn(fmt::format("packages: a package needs {} {}, which is not loaded", dependency.name,
                          dependency.version));
}

}  // namespace

Knowledge::Knowledge(packages::Library library, std::vector<fhir::SearchParameter> search_parameters)
    : library_(std::move(library)),
      search_parameters_(std::move(search_parameters)),
      profiles_(fhir::Definitions::r4(),
                [this](std::string_view type, std::string_view url) { return library_.find(type, url); }),
      validator_(profiles_, terminology_) {}

Result<std::unique_ptr<Knowledge>> Knowledge::load(std::span<const fs::path> packages) {
  packages::Library library;
  Parameters parameters;
  std::vector<fs::path> waiting(packages.begin(), packages.end());
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (i >= limits::packages_max)
      return refused(waiting[i], fmt::format("more than {} packages", limits::packages_max));
    auto package = read_package(waiting[i]);
    if (!package) return package.error();
    if (library.has({(*package)->name(), (*package)->version()})) continue;
    if (auto added = parameters.add(**package); !added) return refused(waiting[i], added.error().summary());
    library.add(std::move(*package));
    for (const packages::Dependency& dependency : library.missing()) {
      const fs::path beside = find_beside(waiting[i], dependency);
      if (!beside.empty() && std::find(waiting.begin(), waiting.end(), beside) == waiting.end())
        waiting.push_back(beside);
    }
  }
  auto all = parameters.take();
  if (!all) return all.error();
  tell_of(library);
  std::unique_ptr<Knowledge> knowledge(new Knowledge(std::move(library), std::move(*all)));
  if (auto added = knowledge->add_terminology(); !added) return added.error();
  if (auto read = knowledge->read_profiles(); !read) return read.error();
  return knowledge;
}

Result<void> Knowledge::add_terminology() {
  for (const auto& package : library_.packages())
    for (const packages::Definition& definition : package->definitions()) {
      const json::Value root = definition.root();
      const std::string_view type = root["resourceType"].text();
      if (type != "CodeSystem" && type != "ValueSet" && type != "ConceptMap") continue;
      if (auto added = terminology_.add(json::Document(json::Arena(), root)); !added)
        return problem(Kind::incorrect, fmt::format("{} {}: {}: {}", package->name(), package->version(),
                                                    definition.file, added.error().summary()));
    }
  return {};
}

// Reads only profiles with a snapshot. Any other profile may be based on one from a package that is not here.
Result<void> Knowledge::read_profiles() const {
  for (const auto& package : library_.packages())
    for (const packages::Definition& definition : package->definitions()) {
      const json::Value root = definition.root();
      if (root["resourceType"].text() != "StructureDefinition" || root["snapshot"]["element"].size() == 0)
        continue;
      if (auto read = validation::read_profile(root, nullptr, nullptr, fhir::Definitions::r4()); !read)
        return problem(Kind::incorrect, fmt::format("{} {}: {}: {}", package->name(), package->version(),
                                                    definition.file, read.error().summary()));
    }
  return {};
}

Result<void> Knowledge::add_codes(const fs::path& table) {
  const auto csv = read_bytes(table, limits::code_table_bytes_max);
  if (!csv) return csv.error();
  auto system = terminology::CodeSystem::read_table(*csv);
  if (!system) return refused(table, system.error().summary());
  return terminology_.add(std::move(*system));
}

rest::Guides Knowledge::guides() const {
  rest::Guides guides;
  for (const auto& package : library_.packages())
    for (const packages::Definition& definition : package->definitions()) {
      const json::Value root = definition.root();
      const auto type = root["resourceType"].text();
      if (type == "ImplementationGuide")
        guides.canonicals.push_back(fmt::format("{}|{}", root["url"].text(), root["version"].text()));
      if (type != "StructureDefinition" || root["kind"].text() != "resource" ||
          root["derivation"].text() != "constraint")
        continue;
      auto& profiles = guides.profiles[std::string(root["type"].text())];
      const std::string url(root["url"].text());
      if (std::find(profiles.begin(), profiles.end(), url) == profiles.end()) profiles.push_back(url);
    }
  return guides;
}

}  // namespace handoff::gateway
