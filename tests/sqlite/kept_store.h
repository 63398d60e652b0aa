// A store in a folder of its own. The test opens it, closes it and opens it again, and sets its clock.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "sqlite/connection.h"
#include "sqlite/engine.h"
#include "store/store.h"

namespace handoff::sqlite {

class KeptStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string suite = testing::UnitTest::GetInstance()->current_test_info()->test_suite_name();
    folder_ = std::filesystem::temp_directory_path() / ("handoff-" + suite + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    open();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store_.reset();
    auto opened = engine().open({file(), "key"}, clock_);
    ASSERT_TRUE(opened) << opened.error().summary();
    store_ = std::move(*opened);
  }
  std::filesystem::path file() const { return folder_ / "handoff.db"; }

  ManualClock clock_{SystemClock().now()};
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace handoff::sqlite
