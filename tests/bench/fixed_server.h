// L1 and L2: the cost of HTTPS itself on this machine. Beast is a server that answers every request with the
// same bytes, in the coroutine form of src/net/server.cpp. It knows no routes, no tokens and no store.
#pragma once

#include <filesystem>

namespace handoff::bench {

// Serves until its input ends. `certificates` is a folder with server.pem and server.key.
void serve_fixed(std::size_t body_bytes, const std::filesystem::path& certificates);

}  // namespace handoff::bench
