// Compiles a mapping's folder into a plan: map.json, its lookups and parts.
#pragma once

#include <filesystem>

#include "mapping/plan.h"

namespace handoff::mapping {

// Problem: incorrect; every issue reads "file:line:column: what".
Result<std::shared_ptr<const Plan>> compile_plan(const std::filesystem::path& folder, std::string name,
                                                 const fhir::Definitions& definitions);

}  // namespace handoff::mapping
