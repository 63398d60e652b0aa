// `handoff map run|preview|test`: runs mappings by hand, without a store.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace handoff::gateway {

struct MapRunOptions {
  std::string map;  // a mapping's folder, or its name below `mappings`
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path mappings;
  std::optional<std::string> to;  // a folder, or a gateway's base URL; none: stdout
  std::optional<std::filesystem::path> rejects;
  // At most one. It locates the key of an installation's ids.
  std::optional<std::filesystem::path> id_key, data, config;
  std::filesystem::path home;
  std::optional<std::filesystem::path> token_file, ca_file;  // for a URL
  std::optional<std::size_t> rows;                           // preview: only this many, indented
  bool json = false;
};

// Exit codes: 0, 1, 2, and 3 if some records were rejected.
int run_map(const MapRunOptions& options);
int test_mappings(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& mappings,
                  bool json);

}  // namespace handoff::gateway
