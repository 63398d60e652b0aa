// What `handoff load` sends: each Bundle and each resource of files and folders as one request (R4 "http": transaction,
// update, create). Files are read as they are sent, so that their size does not matter.
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
  bool repeatable = false;  // sent twice it has one effect
};

// A transaction or batch Bundle as it stands; another resource by its id, or without one as a new one.
// Problem: incorrect (no JSON, no resource).
Result<LoadItem> load_item(std::string place, std::string text);

// Files as they are named, folders with all that is below them: *.json and *.ndjson in order. Problem: not_found.
Result<std::vector<std::filesystem::path>> load_files(const std::vector<std::filesystem::path>& inputs);

// Every item of a file: of *.ndjson each line, else the file as one. False from `take` ends it. Problem: not_found.
Result<void> each_item(const std::filesystem::path& file, const std::function<bool(Result<LoadItem>, std::string_view place)>& take);

}  // namespace handoff::gateway
