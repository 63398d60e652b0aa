// The CapabilityStatement (R4 "capabilitystatement"). It is made once for a service, from the dispatcher's
// routes and the loaded definitions, so that it says what really runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fhir/definitions.h"

namespace handoff::rest {

// What the loaded packages say about this server: implementation guides and profiles, by canonical URL.
struct Guides {
  std::vector<std::string> canonicals;  // of implementation guides, "url|version"
  std::map<std::string, std::vector<std::string>, std::less<>> profiles = {};  // by resource type
};

// As JSON. `base_url`: "https://127.0.0.1:8443".
std::string capability_statement(const std::string& base_url, const fhir::Definitions& definitions,
                                 const Guides& guides);

}  // namespace handoff::rest
