// The folder of a sandbox.
#pragma once

#include <filesystem>
#include <optional>

namespace handoff::gateway {

// A folder that is removed with its owner, unless the caller named it.
class DataFolder {
 public:
  // An empty path if the folder cannot be made or written to.
  explicit DataFolder(const std::optional<std::filesystem::path>& named);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Only one sandbox uses a folder. The lock is held until this process ends, in whatever way.
  bool take();

 private:
  const bool temporary_;
  int lock_ = -1;
  std::filesystem::path path_;
};

}  // namespace handoff::gateway
