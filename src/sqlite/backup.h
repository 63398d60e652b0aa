// A store's copy and its return, between files. The copy is taken while a gateway writes: it is the state of one instant.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "sqlite/connection.h"
#include "store/engine.h"

namespace handoff::sqlite {

// Writes a whole copy to `copy` (mode 0600), which must not be there; on disk when it returns, or not there. With the key, entries
// that wait in the ledger's journal are in its ledger; without it there must be no journal.
// `progress` hears of pages: how many are copied, of how many. Problem: not_found (no store), conflict (`copy` is there), incorrect (no
// key), unavailable.
Result<void> back_up(const std::filesystem::path& file, const std::filesystem::path& copy, const std::optional<std::string>& ledger_key,
                     const Copied& progress = {});

// Puts `copy` in the place of `file`. A store that is there is kept beside it, under the name that `moved_to` tells, and only
// touched with `replace`. Verify the copy first. What waits in journals beside the copy comes along, with its key. Problem: not_found,
// conflict (a store is there), unavailable (in use; disk).
Result<void> restore(const std::filesystem::path& copy, const std::filesystem::path& file, const std::optional<std::string>& ledger_key,
                     bool replace, std::filesystem::path& moved_to);

}  // namespace handoff::sqlite
