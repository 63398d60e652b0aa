// A SQLite store's tables held against what they should be.
#pragma once

#include <filesystem>
#include <memory>

#include "sqlite/state.h"
#include "store/verification.h"

namespace handoff::sqlite {

// As of store::Engine::verify(). The write-ahead log cannot begin anew while it lives.
Result<std::unique_ptr<store::Verification>> verify(const std::filesystem::path& file);

}  // namespace handoff::sqlite
