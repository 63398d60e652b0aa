// A kind of store: how it is opened, and what an operator does with one that nobody has open. Each kind is a module of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id_key.h"
#include "core/result.h"
#include "store/store.h"
#include "store/verification.h"

namespace handoff::store {

struct StoreOptions {
  std::filesystem::path file;  // "DIR/handoff.db"
  std::string ledger_key;      // seals the ledger's chain; kept outside the store
};

// Held as long as it lives: no other process opens the store.
class Lock {
 public:
  virtual ~Lock() = default;
};

// Pages: how many are copied, of how many.
using Copied = std::function<void(std::size_t done, std::size_t total)>;

// Any thread. Every function: Problem: not_found (no store there), unavailable (it cannot be read, or is damaged).
class Engine {
 public:
  virtual ~Engine() = default;

  // Opens or creates, and migrates. `clock` gives meta.lastUpdated and must be the machine's.
  // Problem: unavailable (cannot open, locked by another process, newer schema).
  virtual Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock) const = 0;

  // A state of a store, whoever writes it meanwhile; changes nothing. Problem: precondition (another schema: migrate first).
  virtual Result<Snapshot> look(const std::filesystem::path& file) const = 0;
  virtual Result<std::unique_ptr<LedgerReading>> read_ledger(const std::filesystem::path& file,
                                                             const std::string& ledger_key) const = 0;
  virtual Result<std::unique_ptr<Verification>> verify(const std::filesystem::path& file) const = 0;
  // Null: another process has it open, or the folder cannot be written.
  virtual std::unique_ptr<Lock> lock(const std::filesystem::path& file) const = 0;

  virtual int newest_schema() const = 0;
  virtual Result<int> schema_of(const std::filesystem::path& file) const = 0;
  // Is it the one that this program reads? Problem: precondition (another: migrate first).
  virtual Result<void> check_schema(const std::filesystem::path& file) const = 0;
  // To the newest schema, what is there kept. Problem: unavailable (in use, a newer program's, the disk).
  virtual Result<void> migrate(const std::filesystem::path& file) const = 0;

  // Does the key seal the ledger's last entry as it is sealed? A store without entries fits any key.
  // Problem: incorrect (another key).
  virtual Result<void> check_ledger_key(const std::filesystem::path& file, std::string_view ledger_key) const = 0;
  // The check value of the key that the store's ids derive from (store/id_key.h); empty: it has none.
  virtual Result<std::string> id_key_check(const std::filesystem::path& file) const = 0;

  // Writes a whole copy to `copy` (mode 0600), which must not be there; on disk when it returns, or not there. With the key,
  // entries that wait in the ledger's journal are in its ledger; without it there must be no journal.
  // Problem: conflict (`copy` is there), incorrect (no key).
  virtual Result<void> back_up(const std::filesystem::path& file, const std::filesystem::path& copy,
                               const std::optional<std::string>& ledger_key, const Copied& progress = {}) const = 0;
  // Puts `copy` in the place of `file`. A store that is there is kept beside it, under the name that `moved_to` tells, and
  // only touched with `replace`. Verify the copy first. What waits in journals beside the copy comes along, with its key.
  // Problem: conflict (a store is there), unavailable (in use; disk).
  virtual Result<void> restore(const std::filesystem::path& copy, const std::filesystem::path& file,
                               const std::optional<std::string>& ledger_key, bool replace,
                               std::filesystem::path& moved_to) const = 0;
};

}  // namespace handoff::store
