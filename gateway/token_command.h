// `handoff token`: a token for a client of a sandbox, for trying things by hand.
#pragma once

#include <filesystem>
#include <string>

namespace handoff::gateway {

// Asks at the token_url of DIR/sandbox.json with the client's key and prints the token, nothing else. Exit code.
int run_token(const std::filesystem::path& data, const std::string& client_id, const std::string& scope, const std::string& purpose);

}  // namespace handoff::gateway
