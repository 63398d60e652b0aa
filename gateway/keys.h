// The keys of an installation: what seals its ledger, and what its ids derive from. Each lies in a file of its own, apart from the
// store and its backups.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace handoff::gateway {

// Both hold a store's key against the store. Where the file may be missing, a key is made; with `make_key` it is written (0600).
// Problem: not_found, forbidden (everybody may read it), incorrect (too short, or another key), unavailable.

// Missing only where there is no store: an existing ledger could not be continued with another key.
Result<std::string> ledger_key(const std::filesystem::path& file, const std::filesystem::path& store, bool make_key);

// Missing only where no store has ids by a key: with another one, equal things would get a second id.
Result<std::string> id_key(const std::filesystem::path& file, const std::filesystem::path& store, bool make_key);

// A key that is there, as a command is given it. Problem: as above.
Result<std::string> read_key(const std::filesystem::path& file);

}  // namespace handoff::gateway
