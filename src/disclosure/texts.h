// A small text that answers and ledger entries are made of.
#pragma once

#include <string>

#include "store/snapshot.h"

namespace handoff::disclosure {

// "CarePlan/abc/_history/2"
inline std::string reference_of(const store::Version& version) {
  return version.type + "/" + version.id + "/_history/" + std::to_string(version.version);
}

}  // namespace handoff::disclosure
