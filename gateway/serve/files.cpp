#include "serve/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/hash.h"
#include "core/text.h"

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

// Writes into a device, a pipe or a link. These are never replaced.
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
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
    return write_into(file, bytes);
  const std::string temporary = file.string() + ".new";
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  const bool written = descriptor >= 0 && write_all(descriptor, bytes);
  if (descriptor >= 0) ::close(descriptor);
  std::error_code failed;
  if (written) std::filesystem::rename(temporary, file, failed);
  if (!written || failed) return problem(Kind::unavailable, "cannot write " + file.string());
  return {};
}

Result<void> write_new_file(const std::filesystem::path& file, std::string_view bytes, int mode) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (descriptor < 0 && errno == EEXIST)
    return problem(Kind::conflict, file.string() + " already exists; it is not overwritten");
  const bool written = descriptor >= 0 && write_all(descriptor, bytes);
  if (descriptor >= 0) ::close(descriptor);
  if (written) return {};
  if (descriptor >= 0) ::unlink(file.c_str());
  return problem(Kind::unavailable, "cannot write " + file.string());
}

Result<std::string> read_secret(const std::filesystem::path& file) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!failed && (status.permissions() & std::filesystem::perms::others_read) != std::filesystem::perms::none)
    return problem(Kind::forbidden, file.string() + " may be read by everybody: chmod 600");
  auto text = read_file(file);
  if (text) text->erase(text->find_last_not_of(" \r\n") + 1);
  return text;
}

Result<std::string> token_of(std::string_view text, const std::filesystem::path& file) {
  constexpr std::size_t longest = 8192;
  const std::string token(trim(text));
  const auto is_of_word = [](unsigned char c) { return c > ' ' && c < 0x7f; };
  if (token.empty() || token.size() > longest || !std::all_of(token.begin(), token.end(), is_of_word))
    return problem(Kind::incorrect,
                   file.string() + " holds no token: put the output of `handoff token` there", "--token");
  return token;
}

Result<std::string> kept_secret(const std::filesystem::path& file, std::size_t bytes) {
  if (auto kept = read_file(file); kept && kept->size() >= bytes) return kept;
  const std::string made = to_hex(random_bytes(bytes));
  if (auto written = write_file(file, made, 0600); !written) return written.error();
  return made;
}

}  // namespace handoff::gateway
