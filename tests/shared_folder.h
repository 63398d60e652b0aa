// Sample records, published cases and packages that are no part of the repository: the folder that HANDOFF_SHARED names, else the one
// beside the sources. Tests that need something of it skip where it is absent, and say so.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace handoff {

inline std::filesystem::path shared_folder() {
  const char* const named = std::getenv("HANDOFF_SHARED");
  return named ? named : HANDOFF_SOURCE_DIR "/../shared";
}

}  // namespace handoff
