#include "sqlite/engine.h"

#include <fmt/format.h>

#include "sqlite/backup.h"
#include "sqlite/file_lock.h"
#include "sqlite/ledger_reading.h"
#include "sqlite/schema.h"
#include "sqlite/state.h"
#include "sqlite/store.h"
#include "sqlite/verification.h"
#include "store/id_key.h"

namespace handoff::sqlite {
namespace {

using Path = std::filesystem::path;

struct HeldLock final : Lock {
  explicit HeldLock(const Path& file) : lock(file) {}
  const FileLock lock;
};

class SqliteEngine final : public Engine {
 public:
  Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock) const override {
    return SqliteStore::open(options, clock);
  }
  Result<Snapshot> look(const Path& file) const override {
    auto state = sqlite::look(file);
    if (!state) return state.error();
    return Snapshot(std::move(*state));
  }
  Result<std::unique_ptr<LedgerReading>> read_ledger(const Path& file,
                                                     const std::string& ledger_key) const override {
    return sqlite::read_ledger(file, ledger_key);
  }
  Result<std::unique_ptr<Verification>> verify(const Path& file) const override {
    return sqlite::verify(file);
  }
  std::unique_ptr<Lock> lock(const Path& file) const override {
    auto held = std::make_unique<HeldLock>(file);
    if (!held->lock.take()) return nullptr;
    return held;
  }
  int newest_schema() const override { return sqlite::newest_schema(); }
  Result<int> schema_of(const Path& file) const override { return sqlite::schema_of(file); }
  Result<void> check_schema(const Path& file) const override { return sqlite::check_schema(file); }
  Result<void> migrate(const Path& file) const override { return sqlite::migrate(file); }
  Result<void> check_ledger_key(const Path& file, std::string_view ledger_key) const override {
    return sqlite::check_ledger_key(file, ledger_key);
  }
  Result<std::string> id_key_check(const Path& file) const override {
    const auto schema = sqlite::schema_of(file);
    if (!schema) return schema.error();
    if (*schema == 0) return std::string();
    try {
      const Connection connection(file, true);
      Statement s(connection, "SELECT value FROM setting WHERE name = ?1");
      return s.bind(1, id_key_setting).step() ? std::string(s.text(0)) : std::string();
    } catch (const StoreFailure& failure) {
      return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
    }
  }
  Result<void> back_up(const Path& file, const Path& copy, const std::optional<std::string>& ledger_key,
                       const Copied& progress) const override {
    return sqlite::back_up(file, copy, ledger_key, progress);
  }
  Result<void> restore(const Path& copy, const Path& file, const std::optional<std::string>& ledger_key,
                       bool replace, Path& moved_to) const override {
    return sqlite::restore(copy, file, ledger_key, replace, moved_to);
  }
};

}  // namespace

const store::Engine& engine() {
  static const SqliteEngine one;
  return one;
}

}  // namespace handoff::sqlite
