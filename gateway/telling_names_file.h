// The table of what facilities, programs and groups tell (consent/telling_names.h), from its file.
#pragma once

#include <filesystem>
#include <memory>

#include "consent/telling_names.h"
#include "core/result.h"

namespace handoff::gateway {

// Problem: not_found, incorrect (one issue for each line that is wrong).
Result<std::shared_ptr<const consent::TellingNames>> load_telling_names(const std::filesystem::path& file);

}  // namespace handoff::gateway
