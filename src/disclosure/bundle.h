// A Bundle of resources that leave, made in pieces: however long it is, no more than a piece of it is in
// memory.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/disclosed.h"
#include "disclosure/gate.h"
#include "json/writer.h"
#include "store/numbers.h"

namespace handoff::disclosure {

struct BundleContent {
  std::string channel;  // for the ledger: "read" or "search"
  std::string type;     // of the Bundle
  std::optional<std::size_t> total;
  std::string self, next;           // links; `next` empty: there are no more pages
  std::vector<store::Pk> versions;  // the entries
  // Writes the members of the entry at this place.
  std::function<void(std::size_t place, const store::Version& version, const Released& released,
                     json::Writer& writer)>
      write;
};

// The first piece, and what follows it. Each resource is decided by itself when its piece is made. Problem:
// fault, if the decision hides one of the versions: nothing of its piece leaves.
Result<Disclosed> bundle_of(const Gate& gate, const auth::Requester& requester, store::Snapshot snapshot,
                            BundleContent content);

}  // namespace handoff::disclosure
