#include "serve/route_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

TEST(RouteFiles, TheShippedFolderIsRead) {
  const auto routes = load_routes(fs::path(HANDOFF_SOURCE_DIR) / "gateway/routes");
  ASSERT_TRUE(routes) << routes.error().summary();
  EXPECT_NE(routes->find("E5"), nullptr);
  EXPECT_NE(routes->find("E14"), nullptr);
}

TEST(RouteFiles, AWrongFolderIsRefusedWithFileAndReason) {
  const fs::path folder = fs::temp_directory_path() / ("handoff-routes-" + std::to_string(::getpid()));
  EXPECT_EQ(load_routes(folder).error().kind, Kind::not_found);
  fs::create_directories(folder);
  std::ofstream(folder / "README.md") << "no route";
  EXPECT_EQ(load_routes(folder).error().summary(), "--routes: there is no route in " + folder.string());
  fs::copy(fs::path(HANDOFF_SOURCE_DIR) / "gateway/routes/E5.json", folder / "E5.json");
  EXPECT_TRUE(load_routes(folder));
  std::ofstream(folder / "E6.json") << R"({"event": 6})";
  const auto wrong = load_routes(folder);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, Kind::incorrect);
  EXPECT_EQ(wrong.error().summary(), (folder / "E6.json").string() + ": event: must be a text");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace handoff::gateway
