// What `handoff load` sends: each Bundle and each resource in files and folders as one request (R4 "http":
// transaction, update, create). Files are read while they are sent, so that their size does not matter.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::gateway {

struct LoadItem {
  std::string place;  // "FILE" or "FILE:LINE"
  std::string method;
  std::string path;  // below the base: "", "/Patient/abc", "/Patient"
  std::string body;
  bool repeatable = false;  // sending it twice has one effect
};

// A transaction or batch Bundle is sent as it is. Another resource is sent by its id, or as a new one if it
// has none. Problem: incorrect (no JSON, no resource).
Result<LoadItem> load_item(std::string place, std::string text);

// The named files, and everything below the named folders: *.json and *.ndjson, in order. Problem: not_found.
Result<std::vector<std::filesystem::path>> load_files(const std::vector<std::filesystem::path>& inputs);

// Calls `take` for every item of a file: for each line of *.ndjson, else for the file as a whole. It stops if
// `take` returns false. Problem: not_found.
Result<void> each_item(const std::filesystem::path& file,
                       const std::function<bool(Result<LoadItem>, std::string_view place)>& take);

}  // namespace handoff::gateway
