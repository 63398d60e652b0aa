// One process a store: an exclusive lock on "FILE.lock", held as long as this lives; the kernel lets go of it when the process
// ends, however it ends.
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
