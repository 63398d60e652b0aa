// Small files of a data folder, read and written whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace handoff::gateway {

// Problem: not_found.
Result<std::string> read_file(const std::filesystem::path& file);

// Writes a temporary file and renames it. The file is on disk when this returns. `mode` is 0600 for secrets.
// Problem: unavailable.
Result<void> write_file(const std::filesystem::path& file, std::string_view bytes, int mode = 0644);

// Writes a file that does not exist yet. It is on disk when this returns. Problem: conflict (the file
// exists), unavailable.
Result<void> write_new_file(const std::filesystem::path& file, std::string_view bytes, int mode);

// The bearer token in `text`, the content of `file`, as `handoff token` prints it: one word. Problem:
// incorrect, at --token (the text is something else).
Result<std::string> token_of(std::string_view text, const std::filesystem::path& file);

// Random bytes that are kept in a file (0600). The first call makes them.
Result<std::string> kept_secret(const std::filesystem::path& file, std::size_t bytes);

// A secret that an operator keeps, without the end of the line. Problem: not_found, forbidden (everybody may
// read the file).
Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace handoff::gateway
