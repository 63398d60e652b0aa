// The ledger as it is read: newest first, of one state, with what its journal holds and the chain does not have yet.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/snapshot.h"

namespace handoff::store {

struct LedgerEntry {
  std::int64_t number = 0;  // its place in the chain; 0: it waits in the journal
  Instant at;
  std::string_view text;  // as it was sealed
};

// How far a walk came: so many entries of this millisecond were told. An entry keeps its place when the journal is folded.
struct LedgerPlace {
  Instant at;
  std::size_t told = 0;
};

// Life: as long as its state is read; one thread. The write-ahead log cannot begin anew while it lives.
class LedgerReading {
 public:
  virtual ~LedgerReading() = default;
  virtual const Snapshot& snapshot() const = 0;
  // Entries between both instants, these included, newest first; from behind `after` on. Stops where `visit` says false.
  // An entry's text is gone when `visit` returns.
  virtual void walk(Instant first, Instant last, const std::optional<LedgerPlace>& after,
                    const std::function<bool(const LedgerEntry&)>& visit) const = 0;
  // The one of this number in the chain. False: there is none.
  virtual bool find(std::int64_t number, const std::function<void(const LedgerEntry&)>& visit) const = 0;
};

}  // namespace handoff::store
