#include "serve/table_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace handoff::gateway {
namespace {

TEST(TableFiles, TheShippedOnesAreRead) {
  const auto tables = load_tables(std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/tables");
  ASSERT_TRUE(tables) << tables.error().summary();
  EXPECT_TRUE(tables->placeholders.has(identity::Placeholders::Kind::birth_date, "1900-01-01"));
  EXPECT_TRUE(tables->nicknames.are_alike("bob", "robert"));
}

TEST(TableFiles, WhatIsWrongIsToldWithFileAndRecord) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("handoff-tables-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "placeholders.csv") << "kind,value,why\nname,UNKNOWN,x\ncolour,blue,x\n";
  const auto told = load_placeholders(folder / "placeholders.csv");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().kind, Kind::incorrect);
  EXPECT_NE(told.error().summary().find("placeholders.csv: record 3: the kind is \"colour\""),
            std::string::npos)
      << told.error().summary();
  const auto absent = load_nicknames(folder / "nicknames.csv");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Kind::not_found);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace handoff::gateway
