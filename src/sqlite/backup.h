// Backup and restore of a store, between files. A backup can be taken while a gateway writes. It has the
// state of one instant.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "sqlite/connection.h"
#include "store/engine.h"

namespace handoff::sqlite {

// Writes a whole copy to `copy` (mode 0600), which must not exist. When the function returns, the copy is
// complete on disk or does not exist. With the key, entries that wait in the ledger's journal go into the
// copy's ledger. Without the key there must be no journal. `progress` gets the number of copied pages and of
// all pages. Problem: not_found (no store), conflict (`copy` exists), incorrect (no key), unavailable.
Result<void> back_up(const std::filesystem::path& file, const std::filesystem::path& copy,
                     const std::optional<std::string>& ledger_key, const Copied& progress = {});

// Puts `copy` in the place of `file`. An existing store is touched only with `replace`. It is then kept
// beside the new one, under the name `moved_to`. Verify the copy first. Journal entries beside the copy are
// restored, too, with their key. Problem: not_found, conflict (a store exists), unavailable (in use; disk).
Result<void> restore(const std::filesystem::path& copy, const std::filesystem::path& file,
                     const std::optional<std::string>& ledger_key, bool replace,
                     std::filesystem::path& moved_to);

}  // namespace handoff::sqlite
