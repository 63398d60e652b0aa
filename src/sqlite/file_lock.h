// An exclusive lock on "FILE.lock", so that only one process uses a store. It is held while this object
// lives. The kernel releases it when the process ends, even after a crash.
#pragma once

#include <filesystem>

namespace handoff::sqlite {

class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& store_file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool take() const;  // false: another process holds it, or the folder cannot be written

 private:
  int descriptor_;
};

}  // namespace handoff::sqlite
