// `handoff db verify|backup|restore|migrate`: the store of a configuration or of a data folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "serve/store_place.h"

namespace handoff::gateway {

struct DbOptions : PlaceOptions {
  std::optional<std::filesystem::path> to, from;  // backup, restore
  bool force = false;                             // restore
  bool json = false;                              // verify
};

// Exit codes: 0; 1 it failed, or verify found something; 2 the call was wrong. `action` is one of the words
// above.
int run_db(const std::string& action, const DbOptions& options);

}  // namespace handoff::gateway
