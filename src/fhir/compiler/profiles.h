// Profiles and extensions that R4 itself publishes (profiles-others, extension-definitions), stripped to what
// validation reads.
#pragma once

#include <span>

#include "fhir/compiler/errata.h"
#include "fhir/compiler/model.h"
#include "json/value.h"

namespace handoff::fhir::compiler {

// url → a StructureDefinition as JSON, with a differential only
using Profiles = std::map<std::string_view, std::string>;

Profiles read_profiles(std::span<const json::Value> bundles, const Structures& structures);
Findings compare(const Profiles& ours, const Profiles& theirs);
// One JSON array.
std::string join(const Profiles& profiles);

}  // namespace handoff::fhir::compiler
