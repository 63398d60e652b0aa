// A package's bytes as they arrive (gzip), only its tar, or only its files (before each: "== package/x.json"
// and a line feed). So neither compression nor a checksum keeps the fuzzer from the content.
#include "../packages/archives.h"
#include "packages/library.h"
#include "packages/search_parameters.h"
#include "search/index_rows.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

constexpr std::string_view mark = "== ";
constexpr std::size_t block = 512, sizes = 124, sums = 148;

std::vector<packages::File> files_of(std::string_view text) {
  std::vector<packages::File> files;
  while (text.starts_with(mark)) {
    const auto line = std::min(text.find('\n'), text.size());
    const auto next = std::min(text.find("\n== ", line), text.size());
    files.push_back({std::string(text.substr(mark.size(), line - mark.size())), {}});
    if (line < next) files.back().content = text.substr(line + 1, next - line - 1);
    text.remove_prefix(std::min(next + 1, text.size()));
  }
  return files;
}

// Sets the right checksum in every place where the reader looks for a header.
std::string with_sums(std::string tar) {
  for (std::size_t at = 0; at + block <= tar.size() && tar.find_first_not_of('\0', at) < at + block;) {
    tar.replace(at + sums, 8, "        ");
    std::size_t sum = 0;
    for (std::size_t i = at; i < at + block; ++i) sum += static_cast<unsigned char>(tar[i]);
    tar.replace(at + sums, 7, packages::octal(sum, 6) + '\0');
    std::size_t size = 0;
    for (std::size_t i = at + sizes; i < at + sizes + 11 && tar[i] >= '0' && tar[i] <= '7'; ++i)
      size = size * 8 + std::size_t(tar[i] - '0');
    at += block + (size + block - 1) / block * block;
  }
  return tar;
}

void require_reason(const Problem& problem) {
  require(problem.kind == Kind::incorrect && !problem.issues.empty() &&
              !problem.issues.front().diagnostics.empty(),
          "refused without a reason");
}

void try_parameters(const packages::Package& package) {
  const fhir::Definitions& r4 = fhir::Definitions::r4();
  const auto parameters = packages::search_parameters(package, r4);
  if (!parameters) {
    require_reason(parameters.error());
    return require(parameters.error().issues.front().expression.starts_with("package/"),
                   "refused without the file");
  }
  for (const auto& [parameter, file] : *parameters) {
    require(!parameter.bases.empty() && !parameter.code.empty() && !file.empty(),
            "a search parameter of nothing");
    for (const std::string_view base : parameter.bases)
      require(!r4.find_search_parameter(base, parameter.code), "one of R4's is replaced");
    if (const auto compiles = search::check_expression(r4, parameter); !compiles)
      require_reason(compiles.error());
  }
}

void try_bytes(std::string_view tgz) {
  const auto package = packages::Package::read(tgz);
  if (!package) return require_reason(package.error());
  require(!(*package)->name().empty() && !(*package)->version().empty(), "a package without a name");
  packages::Library library;
  library.add(*package);
  for (const packages::Definition& definition : (*package)->definitions()) {
    const json::Value root = definition.root();
    require(bool(library.find(root["resourceType"].text(), root["url"].text())),
            "a definition that is not found");
    require(definition.file.starts_with("package/"), "a definition from elsewhere");
  }
  try_parameters(**package);
}

}  // namespace

void try_package(std::string_view text) {
  if (text.starts_with("\x1f\x8b")) return try_bytes(text);
  if (text.starts_with(mark)) return try_bytes(packages::tgz(files_of(text)));
  try_bytes(packages::gzip(std::string(text)));
  try_bytes(packages::gzip(with_sums(std::string(text))));
}

}  // namespace handoff::fuzz
