// Which key the ids of a store derive from. The store remembers a check value of the key, never the key.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/id_key.h"
#include "core/result.h"
#include "store/engine.h"
#include "store/store.h"

namespace handoff::store {

// The setting that has the check value.
inline constexpr std::string_view id_key_setting = "id_key";

// Does the store's file have a key already? A store that was written before keys existed has none. Problem:
// not_found (no file), unavailable (no store, or damaged).
Result<bool> has_id_key(const Engine& engine, const std::filesystem::path& file);

// A store without a key fits any key. Problem: incorrect (another key), and those of has_id_key().
Result<void> check_id_key(const Engine& engine, const std::filesystem::path& file, const IdKey& key);

// Gives the key to a store that has none. Call it before anything gets an id. Problem: incorrect (another
// key), unavailable.
Result<void> take_id_key(Store& store, const IdKey& key);

// Does the store have resources from before the key?
bool has_keyless_ids(const Snapshot& snapshot);

}  // namespace handoff::store
