// An open store: states to read, batches to write, the ledger. When commit() answers, the batch is durable.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "fhir/resource_id.h"
#include "store/batch.h"
#include "store/ledger.h"
#include "store/snapshot.h"

namespace handoff::store {

// Life: opened once (store/engine.h), outlives its snapshots. All functions from any thread.
class Store {
 public:
  virtual ~Store() = default;

  virtual Snapshot snapshot() const = 0;

  // Queues the batch. A thread of the store calls `done` when the batch is durable or refused. Problem:
  // conflict (a precondition failed: derive it anew), unavailable (the disk refused: nothing was changed).
  using Done = std::function<void(Result<Committed>)>;
  virtual void commit(Batch batch, Done done) = 0;
  Result<Committed> commit_and_wait(Batch batch);

  // Records ledger entries that belong to no write. A thread of the store calls `done` when they are durable.
  // Soon after, they are in the chain, in their place. Problem: unavailable.
  using Recorded = std::function<void(Result<void>)>;
  virtual void record(std::vector<std::string> entries, Recorded done) = 0;

  // Ledger entries that contain this text, oldest first, also those on their way to the ledger. Walks the
  // whole ledger.
  virtual std::vector<JournaledEntry> ledger_entries_with(std::string_view text) const = 0;

  // Does the ledger say that anything of the patient went to "Organization/ORG-PCP1"? It includes entries
  // on their way to the ledger.
  virtual bool has_disclosed(const fhir::Reference& patient, std::string_view recipient) const = 0;

  // Problem: unavailable.
  virtual Result<std::unique_ptr<LedgerReading>> read_ledger() const = 0;

  // Checks the chain and order of the ledger entries, also of those on their way to it. Gives the number of
  // sound entries, or a fault that names the first broken one.
  virtual Result<std::size_t> verify_ledger() const = 0;
};

}  // namespace handoff::store
