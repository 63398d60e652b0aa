// Replays the fuzzer's corpora in an ordinary build. They include every input that once was a finding.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "targets.h"

namespace handoff::fuzz {
namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, KeepsItsInvariants) {
  const auto folder = std::filesystem::path(HANDOFF_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    EXPECT_NO_THROW(GetParam().run(bytes_of(entry.path())));
    ++inputs;
  }
  EXPECT_GT(inputs, 5u);
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(targets),
                         [](const testing::TestParamInfo<Target>& target) {
                           return std::string(target.param.name);
                         });

}  // namespace
}  // namespace handoff::fuzz
