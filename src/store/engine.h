// A kind of store: how it is opened, and what an operator does with a store that nobody has open. Each kind
// is its own module.
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

// While it lives, no other process can open the store.
class Lock {
 public:
  virtual ~Lock() = default;
};

// How many pages have been copied, and of how many.
using Copied = std::function<void(std::size_t done, std::size_t total)>;

// Any thread. Every function: Problem: not_found (no store there), unavailable (it cannot be read, or is
// damaged).
class Engine {
 public:
  virtual ~Engine() = default;

  // Opens or creates a store, and migrates it. `clock` gives meta.lastUpdated and must be the machine's.
  // Problem: unavailable (cannot open, locked by another process, newer schema).
  virtual Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock) const = 0;

  // One state of a store, also while another process writes it. Changes nothing. Problem: precondition
  // (another schema: migrate first).
  virtual Result<Snapshot> look(const std::filesystem::path& file) const = 0;
  virtual Result<std::unique_ptr<LedgerReading>> read_ledger(const std::filesystem::path& file,
                                                             const std::string& ledger_key) const = 0;
  virtual Result<std::unique_ptr<Verification>> verify(const std::filesystem::path& file) const = 0;
  // Null: another process has it open, or the folder cannot be written.
  virtual std::unique_ptr<Lock> lock(const std::filesystem::path& file) const = 0;

  virtual int newest_schema() const = 0;
  virtual Result<int> schema_of(const std::filesystem::path& file) const = 0;
  // Does this program read the store's schema? Problem: precondition (another schema: migrate first).
  virtual Result<void> check_schema(const std::filesystem::path& file) const = 0;
  // Migrates to the newest schema and keeps all content. Problem: unavailable (in use, written by a newer
  // program, the disk).
  virtual Result<void> migrate(const std::filesystem::path& file) const = 0;

  // Does this key give the seal of the ledger's last entry? A store without entries fits any key. Problem:
  // incorrect (another key).
  virtual Result<void> check_ledger_key(const std::filesystem::path& file,
                                        std::string_view ledger_key) const = 0;
  // The check value of the key that the store's ids derive from (store/id_key.h). Empty: the store has no
  // key.
  virtual Result<std::string> id_key_check(const std::filesystem::path& file) const = 0;

  // Writes a whole copy to `copy` (mode 0600), which must not exist. When it returns, the copy is on disk, or
  // not there at all. With the key, the copy's ledger also has the entries that wait in the journal. Without
  // the key there must be no journal. Problem: conflict (`copy` exists), incorrect (no key).
  virtual Result<void> back_up(const std::filesystem::path& file, const std::filesystem::path& copy,
                               const std::optional<std::string>& ledger_key,
                               const Copied& progress = {}) const = 0;
  // Puts `copy` in the place of `file`. Only with `replace` does it touch an existing store, which it keeps
  // beside it under the name in `moved_to`. Verify the copy first. Entries in journals beside the copy come
  // along, with the copy's key. Problem: conflict (a store is there), unavailable (in use; disk).
  virtual Result<void> restore(const std::filesystem::path& copy, const std::filesystem::path& file,
                               const std::optional<std::string>& ledger_key, bool replace,
                               std::filesystem::path& moved_to) const = 0;
};

}  // namespace handoff::store
