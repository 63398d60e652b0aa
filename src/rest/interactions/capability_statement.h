// The CapabilityStatement (R4 "capabilitystatement"): made once for a service, from the routes that dispatch and the definitions that are
// loaded, so that it says what really runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fhir/definitions.h"

namespace handoff::rest {

// What the loaded packages say of this server: implementation guides and profiles, by canonical.
struct Guides {
  std::vector<std::string> canonicals;                                         // of implementation guides, "url|version"
  std::map<std::string, std::vector<std::string>, std::less<>> profiles = {};  // by resource type
};

// As JSON. `base_url`: "https://127.0.0.1:8443".
std::string capability_statement(const std::string& base_url, const fhir::Definitions& definitions, const Guides& guides);

}  // namespace handoff::rest
