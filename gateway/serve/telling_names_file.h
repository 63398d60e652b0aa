// Reads the table of what the names of facilities, programs and groups reveal (consent/telling_names.h).
#pragma once

#include <filesystem>
#include <memory>

#include "consent/telling_names.h"
#include "core/result.h"

namespace handoff::gateway {

// Problem: not_found, incorrect (one issue for each wrong line).
Result<std::shared_ptr<const consent::TellingNames>> load_telling_names(const std::filesystem::path& file);

}  // namespace handoff::gateway
