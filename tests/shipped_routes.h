// The shipped routes (gateway/routes), for tests of what uses them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "routing/routes.h"

namespace handoff::sample {

inline std::vector<routing::RouteFile> shipped_route_files() {
  std::vector<routing::RouteFile> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/routes")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.emplace_back(entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {}));
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline const routing::CurrentRoutes& shipped_routes() {
  static const routing::CurrentRoutes routes(routing::read_routes(shipped_route_files()).value());
  return routes;
}

}  // namespace handoff::sample
