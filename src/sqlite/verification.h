// Checks a SQLite store's tables against the expected content.
#pragma once

#include <filesystem>
#include <memory>

#include "sqlite/state.h"
#include "store/verification.h"

namespace handoff::sqlite {

// As store::Engine::verify(). While it lives, the write-ahead log cannot begin anew.
Result<std::unique_ptr<store::Verification>> verify(const std::filesystem::path& file);

}  // namespace handoff::sqlite
