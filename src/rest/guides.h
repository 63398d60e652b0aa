// What the loaded packages say of this server (R4 "capabilitystatement"): implementation guides and profiles, by canonical.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace handoff::rest {

struct Guides {
  std::vector<std::string> canonicals;                                         // of implementation guides, "url|version"
  std::map<std::string, std::vector<std::string>, std::less<>> profiles = {};  // by resource type
};

}  // namespace handoff::rest
