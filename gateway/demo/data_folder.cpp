#include "demo/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace handoff::gateway {

DataFolder::DataFolder(const std::optional<std::filesystem::path>& named) : temporary_(!named) {
  if (named) {
    path_ = std::filesystem::absolute(*named);
    std::error_code failed;
    std::filesystem::create_directories(path_, failed);
    if (failed || ::access(path_.c_str(), W_OK) != 0) path_.clear();
    return;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "handoff-sandbox-XXXXXX").string();
  if (::mkdtemp(pattern.data())) path_ = pattern;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
  std::error_code none;
  if (temporary_ && !path_.empty()) std::filesystem::remove_all(path_, none);
}

bool DataFolder::take() {
  lock_ = ::open((path_ / "sandbox.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace handoff::gateway
