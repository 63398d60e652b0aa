// The embedded store: SQLite in WAL mode with synchronous=FULL. One writer thread commits in groups, and each
// reader has its own state. README.md has the reasons, core/limits.h the sizes.
#pragma once

#include <memory>

#include "store/engine.h"
#include "store/store.h"

namespace handoff::sqlite {

class SqliteState;

class SqliteStore final : public store::Store {
 public:
  // As store::Engine::open().
  static Result<std::unique_ptr<store::Store>> open(const store::StoreOptions& options, const Clock& clock);
  ~SqliteStore() override;

  store::Snapshot snapshot() const override;
  void commit(store::Batch batch, Done done) override;
  void record(std::vector<std::string> entries, Recorded done) override;
  std::vector<store::JournaledEntry> ledger_entries_with(std::string_view text) const override;
  bool has_disclosed(const fhir::Reference& patient, std::string_view recipient) const override;
  Result<std::unique_ptr<store::LedgerReading>> read_ledger() const override;
  Result<std::size_t> verify_ledger() const override;

 private:
  SqliteStore();
  std::unique_ptr<SqliteState> state() const;
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace handoff::sqlite
