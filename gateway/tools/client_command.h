// `handoff client add|list|disable|enable|remove|rotate`: edits the registered clients in the file that a
// configuration names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace handoff::gateway {

struct ClientOptions {
  std::optional<std::filesystem::path> clients;  // the file; none: that of `config`
  std::optional<std::filesystem::path> config;
  std::filesystem::path home;
  std::string client_id;
  // add
  std::string name, organization, role;
  std::vector<std::string> purposes, scopes;
  std::optional<std::string> jwks_uri;
  // add and rotate: the source of the public keys, or the file for the private key of a new pair
  std::optional<std::filesystem::path> jwks, key_out;
  std::optional<std::string> retire;  // rotate: the kid of the key to remove
  bool json = false;                  // list
};

// Exit codes: 0, 1, 2. `action` is one of the words above.
int run_client(const std::string& action, const ClientOptions& options);

}  // namespace handoff::gateway
