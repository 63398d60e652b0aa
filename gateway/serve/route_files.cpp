#include "serve/route_files.h"

#include <algorithm>

#include "serve/files.h"

namespace handoff::gateway {

Result<routing::Routes> load_routes(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  if (failed) return problem(Kind::not_found, "no such folder: " + folder.string(), "--routes");
  std::sort(paths.begin(), paths.end());
  std::vector<routing::RouteFile> files;
  for (const auto& path : paths) {
    auto text = read_file(path);
    if (!text) return text.error();
    files.emplace_back(path.string(), std::move(*text));
  }
  if (files.empty()) return problem(Kind::incorrect, "there is no route in " + folder.string(), "--routes");
  return routing::read_routes(files);
}

}  // namespace handoff::gateway
