// Small files of a data folder, read and written whole.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace handoff::gateway {

// Problem: not_found.
Result<std::string> read_file(const std::filesystem::path& file);

// Through a temporary file and rename, on disk when it returns; `mode` 0600 for secrets. Problem: unavailable.
Result<void> write_file(const std::filesystem::path& file, std::string_view bytes, int mode = 0644);

// A file that is not there yet, on disk when it returns. Problem: conflict (there is one), unavailable.
Result<void> write_new_file(const std::filesystem::path& file, std::string_view bytes, int mode);

// The bearer token that a file's text is, as `handoff token` prints it: one word. Problem: incorrect, at --token (it is something else).
Result<std::string> token_of(std::string_view text, const std::filesystem::path& file);

// Random bytes kept in a file (0600), made the first time.
Result<std::string> kept_secret(const std::filesystem::path& file, std::size_t bytes);

// A secret that an operator keeps: without the line's end. Problem: not_found, forbidden (everybody may read it).
Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace handoff::gateway
