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

// Random bytes kept in a file (0600), made the first time.
Result<std::string> kept_secret(const std::filesystem::path& file, std::size_t bytes);

}  // namespace handoff::gateway
