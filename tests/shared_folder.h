// Sample records, published cases and packages that are not part of the repository. They lie in the folder
// that HANDOFF_SHARED names, else in the one beside the sources. Tests that need them skip if they are
// absent, and say so.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace handoff {

inline std::filesystem::path shared_folder() {
  const char* const named = std::getenv("HANDOFF_SHARED");
  return named ? named : HANDOFF_SOURCE_DIR "/../shared";
}

}  // namespace handoff
