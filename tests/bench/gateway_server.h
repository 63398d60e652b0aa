// The gateway as it is served, over an existing store, with the clients of the runs.
#pragma once

#include <filesystem>
#include <string>

#include "load.h"

namespace handoff::bench {

// Serves until its input ends, and loads the package if one is named. `folder` has server.pem, server.key and
// clients.jwk.json.
void serve_gateway(const std::filesystem::path& store, const std::filesystem::path& folder,
                   const std::filesystem::path& package = {});

// Makes the key of all clients of a run in `folder`.
void make_client_key(const std::filesystem::path& folder);

// A token of "op" (operator), "wide" (nine patients in ten) or "few" (ten patients).
std::string token_of(Client& client, std::uint16_t port, const std::filesystem::path& folder,
                     const std::string& client_id);

}  // namespace handoff::bench
