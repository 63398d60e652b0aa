// `handoff load`: sends Bundles and resources from files to a gateway, over several connections at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/token_command.h"

namespace handoff::gateway {

struct LoadOptions {
  std::vector<std::filesystem::path> inputs;
  std::string to;                                   // the FHIR base, https
  std::optional<std::filesystem::path> token_file;  // none: tokens are fetched, and again when they expire
  TokenOptions token;
  std::size_t parallel = 4;
  bool json = false;
};

// Exit codes: 0 all were loaded; 1 given up (the gateway is not reachable, or does not accept the token); 2
// the call was wrong; 3 some were refused.
int run_load(const LoadOptions& options);

}  // namespace handoff::gateway
