#include "sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "ledger/chain.h"
#include "sqlite/connection.h"
#include "sqlite/file_lock.h"
#include "sqlite/ledger_reading.h"
#include "sqlite/schema.h"
#include "sqlite/writer_statements.h"

namespace handoff::sqlite {
namespace {

namespace fs = std::filesystem;

// the file is last: if a move fails before it, a retry moves the rest
constexpr std::string_view companions[] = {"-shm", "-wal", ""};

bool flush(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool done = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  return done;
}

// Flushes the folder, so that the file's name is on disk, too.
bool flush_folder_of(const fs::path& file) {
  return flush(fs::absolute(file).parent_path(), O_RDONLY | O_DIRECTORY);
}

constexpr int pages_a_step = 1024;  // 8 MB: often enough for a progress display

void append_to_ledger(Connection& target, const std::vector<ledger::SegmentContent>& segments,
                      const std::string& key) {
  if (segments.empty()) return;
  WriterStatements statements(target);
  std::string seal = statements.last_seal();
  target.execute("BEGIN");
  for (const ledger::SegmentContent& segment : segments) {
    for (const JournaledEntry& entry : segment.entries) {
      seal = ledger::seal_of(key, seal, entry.at.time_since_epoch().count(), entry.text);
      statements.insert_ledger(entry.at, entry.text, seal);
    }
    statements.set_setting(ledger::folded_setting, std::to_string(segment.number));
  }
  target.execute("COMMIT");
}

// Copies all pages within one read, which stays open from the first step to the last. A writer may go on
// meanwhile: it does not change the copy, and the copy does not begin again. The copy is one file, without a
// log.
void copy_pages(const fs::path& from, const fs::path& to, const std::string& key, const Copied& progress) {
  Connection source(from, true);
  bool is_begun = false;
  const auto begin = [&] {
    if (std::exchange(is_begun, true)) source.execute("COMMIT");
    source.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
    return folded_segment(source);
  };
  const auto waiting = journal_beside(begin, from, key);
  Connection target(to);
  sqlite3_backup* const backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
  if (!backup) throw StoreFailure(sqlite3_errmsg(target.handle()));
  int copied = SQLITE_OK;
  while (copied == SQLITE_OK) {
    copied = sqlite3_backup_step(backup, pages_a_step);
    const int total = sqlite3_backup_pagecount(backup);
    if (progress) progress(std::size_t(total - sqlite3_backup_remaining(backup)), std::size_t(total));
  }
  const int finished = sqlite3_backup_finish(backup);
  if (copied != SQLITE_DONE) throw StoreFailure(sqlite3_errstr(copied));
  if (finished != SQLITE_OK) throw StoreFailure(sqlite3_errstr(finished));
  target.execute("PRAGMA journal_mode = DELETE");
  append_to_ledger(target, waiting, key);
}

// Entries that wait beside a store are copied, too. That needs their key, because with another key they would
// look torn.
Result<void> check_key(const fs::path& file, const std::optional<std::string>& key) {
  const auto journal = ledger::journal_files(file);
  if (journal.empty()) return {};
  if (!key)
    return problem(Kind::incorrect, "is needed: ledger entries wait in a journal beside the store",
                   "--ledger-key");
  if (auto fits = check_ledger_key(file, *key); !fits)
    return problem(Kind::incorrect, fits.error().summary(), "--ledger-key");
  return {};
}

Result<void> copy_store(const fs::path& from, const fs::path& to, const std::optional<std::string>& key,
                        const Copied& progress = {}) {
  if (auto fitting = check_key(from, key); !fitting) return fitting.error();
  const int made = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) return problem(Kind::unavailable, "cannot write " + to.string());
  ::close(made);
  try {
    copy_pages(from, to, key.value_or(""), progress);
    if (flush(to, O_RDWR) && flush_folder_of(to)) return {};
    throw StoreFailure("not on disk");
  } catch (const StoreFailure& failure) {
    std::error_code none;
    fs::remove(to, none);
    return problem(Kind::unavailable,
                   fmt::format("{} to {}: {}", from.string(), to.string(), failure.what()));
  }
}

// Moves every part of a store that exists: the file, its log and its journals. They are moved even if the
// file itself is gone, because they would damage another store.
Result<void> move_aside(const fs::path& file, fs::path& moved_to) {
  std::vector<fs::path> parts = ledger::journal_files(file);
  for (fs::path& unread : ledger::unread_files(file)) parts.push_back(std::move(unread));
  for (const std::string_view companion : companions)
    if (fs::path part = file.string().append(companion); fs::exists(part)) parts.push_back(std::move(part));
  if (parts.empty()) return {};
  for (int i = 1; moved_to.empty() || fs::exists(moved_to); ++i)
    moved_to = fmt::format("{}.replaced-{}", file.string(), i);
  std::error_code failed;
  for (const fs::path& part : parts) {
    fs::rename(part, moved_to.string() + part.filename().string().substr(file.filename().string().size()),
               failed);
    if (failed)
      return problem(Kind::unavailable, fmt::format("cannot move {}: {}", part.string(), failed.message()));
  }
  return {};
}

// Folds the log into the file, so that the file alone has everything. A damaged store is moved as it is.
void fold_log(const fs::path& file) {
  if (!fs::exists(file)) return;
  try {
    Connection(file).execute("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const StoreFailure&) {}
}

}  // namespace

Result<void> back_up(const fs::path& file, const fs::path& copy, const std::optional<std::string>& ledger_key,
                     const Copied& progress) {
  if (!fs::exists(file)) return problem(Kind::not_found, "there is no store " + file.string());
  if (fs::exists(copy))
    return problem(Kind::conflict, copy.string() + " already exists; it is not overwritten");
  const fs::path unfinished = copy.string() + ".new";
  std::error_code failed;
  fs::remove(unfinished, failed);
  if (auto copied = copy_store(file, unfinished, ledger_key, progress); !copied) return copied.error();
  fs::rename(unfinished, copy, failed);
  if (failed || !flush_folder_of(copy)) return problem(Kind::unavailable, "cannot write " + copy.string());
  return {};
}

Result<void> restore(const fs::path& copy, const fs::path& file, const std::optional<std::string>& ledger_key,
                     bool replace, fs::path& moved_to) {
  if (!fs::exists(copy)) return problem(Kind::not_found, "there is no backup " + copy.string());
  const FileLock lock(file);
  if (!lock.take())
    return problem(Kind::unavailable,
                   file.string() + " is in use by another process, or its folder cannot be written");
  if (fs::exists(file) && !replace)
    return problem(Kind::conflict, file.string() + " already exists; --force puts the backup in its place");
  const fs::path unfinished = file.string() + ".new";
  std::error_code failed;
  fs::remove(unfinished, failed);
  if (auto copied = copy_store(copy, unfinished, ledger_key); !copied) return copied.error();
  fold_log(file);
  if (auto moved = move_aside(file, moved_to); !moved) return moved.error();
  if (!failed) fs::rename(unfinished, file, failed);
  if (failed || !flush_folder_of(file))
    return problem(Kind::unavailable, fmt::format("cannot write {}: {}", file.string(), failed.message()));
  return {};
}

}  // namespace handoff::sqlite
