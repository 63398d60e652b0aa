// Small texts that answers and ledger entries are made of.
#pragma once

#include <string>
#include <string_view>

#include "json/document.h"
#include "store/snapshot.h"

namespace handoff::disclosure {

// The text as a JSON string, with quotes.
inline std::string json_text(std::string_view text) {
  json::Arena arena;
  return json::write(arena.string(text));
}

// "CarePlan/abc/_history/2"
inline std::string reference_of(const store::Version& version) {
  return version.type + "/" + version.id + "/_history/" + std::to_string(version.version);
}

}  // namespace handoff::disclosure
