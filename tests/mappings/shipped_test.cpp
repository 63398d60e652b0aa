// The tests beside the shipped mappings: all of them pass, and they use every row of every lookup.
#include "mapping/test_runner.h"
#include "network.h"

namespace handoff::mapping {
namespace {

TEST(Shipped, PassTheirTests) {
  for (const Feed& feed : feeds()) {
    const auto mapping = Mapping::load(shipped(feed.mapping), feed.mapping);
    ASSERT_TRUE(mapping) << feed.mapping << ": " << mapping.error().summary();
    const auto report = run_tests(**mapping);
    ASSERT_TRUE(report) << feed.mapping << ": " << report.error().summary();
    EXPECT_FALSE(report->results.empty()) << feed.mapping << " has no tests";
    for (const TestResult& result : report->results)
      for (const std::string& message : result.messages)
        ADD_FAILURE() << feed.mapping << " " << result.name << ": " << message;
    for (const std::string& warning : report->warnings) ADD_FAILURE() << feed.mapping << ": " << warning;
  }
}

}  // namespace
}  // namespace handoff::mapping
