// `handoff token`: a token for a client, to try things by hand. A sandbox needs only its data folder. Any
// other gateway needs its token endpoint and the client's key.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tools/client_token.h"

namespace handoff::gateway {

struct TokenOptions {
  std::filesystem::path data;  // of a sandbox; empty: use the three below
  std::optional<std::string> token_url;
  std::optional<std::filesystem::path> key, ca_file;
  std::string client_id;
  std::string scope;    // empty: all that the client is registered with
  std::string purpose;  // likewise
};

// Problem: incorrect (the options; an unknown client), not_found, and those of ask_token().
Result<ClientToken> fetch_token(const TokenOptions& options);

// Prints the token and nothing else. Exit code: 0, 1, 2.
int run_token(const TokenOptions& options);

}  // namespace handoff::gateway
