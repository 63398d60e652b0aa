// Which store a command looks at, and where its keys lie: in a data folder, or as a configuration says.
#pragma once

#include <filesystem>
#include <optional>

#include "core/result.h"

namespace handoff::gateway {

struct PlaceOptions {
  std::filesystem::path home;                         // folder of the shipped files
  std::optional<std::filesystem::path> data, config;  // exactly one of them
  std::optional<std::filesystem::path> ledger_key;    // else the configuration's, or DATA/ledger.key
  std::optional<std::filesystem::path> id_key;        // else the configuration's, or DATA/id.key
};

struct StorePlace {
  std::filesystem::path store, ledger_key, id_key;
};

// Problem: incorrect (neither or both are given; the configuration), not_found.
Result<StorePlace> place_of(const PlaceOptions& options);

}  // namespace handoff::gateway
