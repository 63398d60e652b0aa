#include "files.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "core/hash.h"

namespace handoff::gateway {
namespace {

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(std::size_t(written));
  }
  return ::fsync(descriptor) == 0;
}

// A device, a pipe, a link: written into, never replaced.
Result<void> write_into(const std::filesystem::path& file, std::string_view bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  bool written = descriptor >= 0;
  while (written && !bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    written = count > 0;
    if (written) bytes.remove_prefix(std::size_t(count));
  }
  if (descriptor >= 0) ::close(descriptor);
  if (!written) return problem(Kind::unavailable, "cannot write " + file.string());
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return problem(Kind::not_found, "cannot read " + file.string());
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<void> write_file(const std::filesystem::path& file, std::string_view bytes, int mode) {
  std::error_code none;
  const auto there = std::filesystem::symlink_status(file, none);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) return write_into(file, bytes);
  const std::string temporary = file.string() + ".new";
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  const bool written = descriptor >= 0 && write_all(descriptor, bytes);
  if (descriptor >= 0) ::close(descriptor);
  std::error_code failed;
  if (written) std::filesystem::rename(temporary, file, failed);
  if (!written || failed) return problem(Kind::unavailable, "cannot write " + file.string());
  return {};
}

Result<std::string> kept_secret(const std::filesystem::path& file, std::size_t bytes) {
  if (auto kept = read_file(file); kept && kept->size() >= bytes) return kept;
  const std::string made = to_hex(random_bytes(bytes));
  if (auto written = write_file(file, made, 0600); !written) return written.error();
  return made;
}

}  // namespace handoff::gateway
