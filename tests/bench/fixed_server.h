// L1 and L2: what HTTPS itself costs here. Beast as a server that answers every request with the same bytes, in the coroutine
// form of src/net/server.cpp; it knows no routes, no tokens, no store.
#pragma once

#include <filesystem>

namespace handoff::bench {

// Serves until its input ends. `certificates`: server.pem and server.key.
void serve_fixed(std::size_t body_bytes, const std::filesystem::path& certificates);

}  // namespace handoff::bench
