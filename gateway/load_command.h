// `handoff load`: Bundles and resources of files to a gateway, over several connections at once.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "token_command.h"

namespace handoff::gateway {

struct LoadOptions {
  std::vector<std::filesystem::path> inputs;
  std::string to;                                   // the FHIR base, https
  std::optional<std::filesystem::path> token_file;  // else tokens are fetched, and again when they end
  TokenOptions token;
  std::size_t parallel = 4;
  bool json = false;
};

// Exit codes: 0 all loaded, 1 given up (the gateway is away, the token not accepted), 2 the call was wrong, 3 some refused.
int run_load(const LoadOptions& options);

}  // namespace handoff::gateway
