// The keys of an installation: one seals its ledger, and its ids derive from the other. Each key lies in a
// file of its own, apart from the store and its backups.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace handoff::gateway {

// Both check that a store's key fits the store. If the file may be missing, they make a key, and write it
// (0600) if `make_key` is set. Problem: not_found, forbidden (everybody may read it), incorrect (too short,
// or another key), unavailable.

// The file may be missing only if there is no store, because an existing ledger cannot be continued with
// another key.
Result<std::string> ledger_key(const std::filesystem::path& file, const std::filesystem::path& store,
                               bool make_key);

// The file may be missing only if no store has ids by a key. With another key, equal things would get a
// second id.
Result<std::string> id_key(const std::filesystem::path& file, const std::filesystem::path& store,
                           bool make_key);

// Reads an existing key that the command was given. Problem: as above.
Result<std::string> read_key(const std::filesystem::path& file);

}  // namespace handoff::gateway
