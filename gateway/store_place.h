// Which store a command looks at, and where its keys lie: a data folder's or a configuration's.
#pragma once

#include <filesystem>
#include <optional>

#include "core/result.h"

namespace handoff::gateway {

struct PlaceOptions {
  std::filesystem::path home;                         // where the shipped files lie
  std::optional<std::filesystem::path> data, config;  // one of them
  std::optional<std::filesystem::path> ledger_key;    // else the configuration's, or DATA/ledger.key
  std::optional<std::filesystem::path> id_key;        // else the configuration's, or DATA/id.key
};

struct StorePlace {
  std::filesystem::path store, ledger_key, id_key;
};

// Problem: incorrect (neither or both; the configuration), not_found.
Result<StorePlace> place_of(const PlaceOptions& options);

}  // namespace handoff::gateway
