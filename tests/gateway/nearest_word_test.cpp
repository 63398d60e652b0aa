#include "tools/nearest_word.h"

#include <gtest/gtest.h>

namespace handoff::gateway {
namespace {

TEST(NearestWord, IsTheOneThatWasMeant) {
  const std::vector<std::string> words = {"--port", "--data",  "--records", "--routes", "--summary",
                                          "--once", "--as-of", "sandbox",   "serve",    "client"};
  struct Case {
    const char *word, *meant;
  };
  const Case cases[] = {
      {"--prot", "--port"},
      {"--prot=9", "--port"},
      {"-port", "--port"},
      {"--porto", "--port"},
      {"--por", "--port"},
      {"--dta", "--data"},
      {"--sum", "--summary"},
      {"--sumary", "--summary"},
      {"--asof", "--as-of"},
      {"--record", "--records"},
      {"sanbdox", "sandbox"},
      {"port", "--port"},
      {"sand", "sandbox"},
      {"clients", "client"},
      {"--nonsense", ""},
      {"nonsense", ""},
      {"", ""},
      {"-", ""},
      {"--", ""},
      {"-x", ""},
      {"9000", ""},
      {"--ports-of-the-gateway", ""},
  };
  for (const Case& each : cases) EXPECT_EQ(nearest_word(each.word, words), each.meant) << each.word;
  EXPECT_EQ(nearest_word(std::string(100'000, 'p'), words), "") << "nobody waits for it";
}

}  // namespace
}  // namespace handoff::gateway
