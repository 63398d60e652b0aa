// The embedded store: SQLite in WAL mode with synchronous=FULL, one writer thread that commits in groups, readers with a
// snapshot each. An answer to commit() means: on disk. ARCHITECTURE.md ("store") has the reasons, core/limits.h the sizes.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/clock.h"
#include "core/result.h"
#include "store/batch.h"
#include "store/ledger_reading.h"
#include "store/snapshot.h"

namespace handoff::store {

struct StoreOptions {
  std::filesystem::path file;  // "DIR/handoff.db"
  std::string ledger_key;      // seals the ledger's chain; kept outside the store
};

// Life: opened once, outlives its snapshots. All functions from any thread.
class Store {
 public:
  // Opens or creates, and migrates. Problem: unavailable (cannot open, locked by another process, newer schema).
  // `clock` gives meta.lastUpdated and must be the machine's.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock);
  ~Store();

  Snapshot snapshot() const;

  // Queues the batch; `done` is called on the writer's thread when it is on disk or refused.
  // Problem: conflict (a precondition failed: derive it anew), unavailable (the disk refused: nothing was changed).
  using Done = std::function<void(Result<Committed>)>;
  void commit(Batch batch, Done done);
  Result<Committed> commit_and_wait(Batch batch);

  // Ledger entries that belong to no write; `done` is called, on the journal's thread, when they are on disk. They stand in the
  // ledger's table soon after, in their place in the chain then. Problem: unavailable.
  using Recorded = std::function<void(Result<void>)>;
  void record(std::vector<std::string> entries, Recorded done);

  // Ledger entries that hold this text, oldest first, those on their way to the ledger too: a walk over all of it.
  std::vector<JournaledEntry> ledger_entries_with(std::string_view text) const;

  // Does the ledger say that anything of "Patient/abc" went to "Organization/ORG-PCP1"? With what is on its way to it.
  bool has_disclosed(std::string_view patient, std::string_view recipient) const;

  // Problem: unavailable.
  Result<LedgerReading> read_ledger() const;

  // Ledger entries in order, with the chain checked, and those on their way to it: the number of sound entries, or a fault naming the
  // first broken one.
  Result<std::size_t> verify_ledger() const;

 private:
  Store();
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::store
