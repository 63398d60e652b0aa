#include "serve/telling_names_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

TEST(TellingNamesFile, TheShippedTableIsSound) {
  const auto names = load_telling_names(fs::path(HANDOFF_SOURCE_DIR) / "gateway/tables/telling_names.csv");
  ASSERT_TRUE(names) << names.error().summary();
}

TEST(TellingNamesFile, WhatIsWrongNamesTheFileAndTheLine) {
  const fs::path file = fs::temp_directory_path() / ("handoff-names-" + std::to_string(::getpid()) + ".csv");
  std::ofstream(file) << "match,system,value,family\nname,,clinic,XYZ\n";
  const auto wrong = load_telling_names(file);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().issues.front().diagnostics,
            file.string() + ":2: the family must be SUD, HIV, SDV, MH, JI, or a sensitivity of v3-ActCode");
  fs::remove(file);
  const auto absent = load_telling_names(file);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Kind::not_found);
}

}  // namespace
}  // namespace handoff::gateway
