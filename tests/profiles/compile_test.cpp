// The files in fhir-profiles/compiled are, byte for byte, what their sources compile to.
#include <sys/wait.h>

#include "ours.h"

namespace handoff::validation {
namespace {

TEST(Compiled, IsWhatTheSourcesSay) {
  const int status = std::system("'" HANDOFF_SOURCE_DIR "/fhir-profiles/compile' --check");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 4)
    GTEST_SKIP() << "no SUSHI at hand: fhir-profiles/compiler/setup installs it";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace handoff::validation
