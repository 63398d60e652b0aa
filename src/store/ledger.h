// Reading the ledger, newest first, in one state. It includes entries of the journal that the chain does not
// have yet.
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

// How far a walk has come: `visited` entries of this millisecond have been visited. An entry keeps its place
// when the journal is folded.
struct LedgerPlace {
  Instant at;
  std::size_t visited = 0;
};

// Life: as long as its state is read; one thread. While it lives, the write-ahead log cannot start anew.
class LedgerReading {
 public:
  virtual ~LedgerReading() = default;
  virtual const Snapshot& snapshot() const = 0;
  // Visits entries between both instants, inclusive, newest first, starting behind `after`. Stops if `visit`
  // returns false. The text of an entry is gone when `visit` returns.
  virtual void walk(Instant first, Instant last, const std::optional<LedgerPlace>& after,
                    const std::function<bool(const LedgerEntry&)>& visit) const = 0;
  // Visits the entry with this number in the chain. False: there is none.
  virtual bool find(std::int64_t number, const std::function<void(const LedgerEntry&)>& visit) const = 0;
};

}  // namespace handoff::store
