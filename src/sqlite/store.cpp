#include "sqlite/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "core/limits.h"
#include "core/thread.h"
#include "ledger/chain.h"
#include "ledger/journal.h"
#include "sqlite/file_lock.h"
#include "sqlite/ledger_reading.h"
#include "sqlite/migrations.h"
#include "sqlite/state.h"
#include "sqlite/writer.h"

namespace handoff::sqlite {
namespace {

constexpr std::size_t page_bytes = 8192;
constexpr std::chrono::milliseconds look_at_log{200};
constexpr std::chrono::milliseconds look_closely{20};  // if there is little room

}  // namespace

struct SqliteStore::Content {
  explicit Content(const StoreOptions& o) : options(o), lock(o.file) {}
  ~Content() {
    {
      const std::lock_guard hold(mutex);
      stopping = true;
    }
    wake.notify_all();
    if (checkpointer.joinable()) checkpointer.join();
    journal.reset();
    readers.clear();  // the writer's connection closes last, because a reader's cannot fold the log
    writer.reset();   // writes everything that was submitted
  }

  StoreOptions options;
  FileLock lock;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::vector<std::unique_ptr<Reader>> readers;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<ledger::LedgerJournal> journal;
  std::thread checkpointer;

  std::atomic<std::size_t> log_bytes_max{limits::wal_bytes_before_checkpoint};  // as of the last check

  bool is_log_long() const { return std::size_t(writer->log_pages()) * page_bytes >= log_bytes_max; }

  // Folding the log needs room, too. So the log must not take all the room.
  std::size_t room_for_log() const {
    std::error_code failed;
    const auto room = std::filesystem::space(std::filesystem::absolute(options.file).parent_path(), failed);
    const std::size_t share = failed ? limits::wal_bytes_before_checkpoint : std::size_t(room.available) / 4;
    return std::max<std::size_t>(std::min(limits::wal_bytes_before_checkpoint, share), page_bytes);
  }

  // Idle readers keep their transaction, because often nothing is written before their next use. But the log
  // can begin anew only while no reader is in it.
  void free_log() {
    const std::uint64_t commits = writer->commits();
    for (const auto& reader : readers)
      if (reader->as_of != commits || is_log_long()) reader->finish();
  }

  // A separate thread folds the log into the file, so that no commit waits for most of that work.
  void keep_log_short() {
    std::unique_lock hold(mutex);
    std::chrono::milliseconds pause = look_at_log;
    // Logged once, then retried: new room must be used for folding before the log takes it.
    bool postponed = false;
    while (!wake.wait_for(hold, pause, [this] { return stopping; })) {
      log_bytes_max = room_for_log();
      pause = log_bytes_max < limits::wal_bytes_before_checkpoint ? look_closely : look_at_log;
      try {
        free_log();
        if (!is_log_long()) continue;
        hold.unlock();
        Connection(options.file).execute("PRAGMA wal_checkpoint(PASSIVE)");
        writer->finish_checkpoint();
        postponed = false;
      } catch (...) {
        if (!std::exchange(postponed, true)) log_caught("store: a checkpoint is postponed");
      }
      if (!hold.owns_lock()) hold.lock();
    }
  }
};

SqliteStore::SqliteStore() = default;
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<store::Store>> SqliteStore::open(const StoreOptions& options, const Clock& clock) {
  std::unique_ptr<SqliteStore> store(new SqliteStore);
  try {
    store->content_ = std::make_unique<Content>(options);
    if (!store->content_->lock.take())
      return problem(Kind::unavailable,
                     fmt::format("{} is in use by another process, or its folder cannot be written",
                                 options.file.string()));
    Connection first(options.file);
    if (auto migrated = migrate(first, options.file); !migrated) return migrated.error();
    Content& c = *store->content_;
    c.writer = std::make_unique<Writer>(options.file, options.ledger_key, clock);
    const auto commit = [writer = c.writer.get()](Batch batch, Done done) {
      writer->submit(std::move(batch), std::move(done));
    };
    c.journal = std::make_unique<ledger::LedgerJournal>(options.file, options.ledger_key, clock, commit,
                                                        folded_segment(first));
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", options.file.string(), failure.what()));
  }
  store->content_->checkpointer = start_thread(
      "store: the checkpoint thread", [content = store->content_.get()] { content->keep_log_short(); });
  return std::unique_ptr<store::Store>(std::move(store));
}

Snapshot SqliteStore::snapshot() const { return Snapshot(state()); }

std::unique_ptr<SqliteState> SqliteStore::state() const {
  Content* const content = content_.get();
  std::unique_ptr<Reader> reader;
  {
    const std::lock_guard hold(content->mutex);
    if (!content->readers.empty()) {
      reader = std::move(content->readers.back());
      content->readers.pop_back();
    }
  }
  if (!reader) reader = std::make_unique<Reader>(content->options.file);
  reader->begin_at(content->writer->commits());
  return std::make_unique<SqliteState>(std::move(reader), [content](std::unique_ptr<Reader> back) {
    if (content->is_log_long()) back->finish();
    const std::lock_guard hold(content->mutex);
    content->readers.push_back(std::move(back));
  });
}

void SqliteStore::commit(Batch batch, Done done) {
  content_->writer->submit(std::move(batch), std::move(done));
}

void SqliteStore::record(std::vector<std::string> entries, Recorded done) {
  content_->journal->record(std::move(entries), std::move(done));
}

std::vector<JournaledEntry> SqliteStore::ledger_entries_with(std::string_view text) const {
  // the journal first, as verify_ledger() does
  std::vector<std::pair<std::uint64_t, std::vector<JournaledEntry>>> unfolded;
  for (const auto& one : content_->journal->unfolded()) {
    ledger::SegmentContent content = ledger::read_segment(one.file, content_->options.ledger_key);
    if (content.number == one.number) unfolded.emplace_back(one.number, std::move(content.entries));
  }
  Reader reader(content_->options.file);
  reader.begin_at(content_->writer->commits());
  const std::uint64_t folded = folded_segment(reader.connection);
  std::vector<JournaledEntry> found;
  while (reader.ledger.step())
    if (const std::string_view entry = reader.ledger.text(2); entry.find(text) != entry.npos)
      found.push_back({Instant{std::chrono::milliseconds{reader.ledger.integer(1)}}, std::string(entry)});
  for (auto& [number, entries] : unfolded)
    for (JournaledEntry& entry : entries)
      if (number > folded && entry.text.find(text) != entry.text.npos) found.push_back(std::move(entry));
  return found;
}

// Reads the journal first. Entries that are folded meanwhile are then found in the ledger.
bool SqliteStore::has_disclosed(const fhir::Reference& patient, std::string_view recipient) const {
  return content_->journal->holds({patient, recipient}) ||
         state()->reader().has_disclosed(patient, recipient);
}

Result<std::unique_ptr<LedgerReading>> SqliteStore::read_ledger() const {
  return sqlite::read_ledger(content_->options.file, content_->options.ledger_key);
}

Result<std::size_t> SqliteStore::verify_ledger() const {
  const std::string& key = content_->options.ledger_key;
  // Reads the journal first. Entries that are folded meanwhile are then found in the ledger, and their
  // segment's file no longer matters.
  std::vector<std::pair<ledger::LedgerJournal::Unfolded, std::size_t>> unfolded;
  for (auto& one : content_->journal->unfolded()) {
    const ledger::SegmentContent content = ledger::read_segment(one.file, key);
    unfolded.emplace_back(std::move(one), content.number == one.number ? content.entries.size() : 0);
  }
  Reader reader(content_->options.file);
  reader.begin_at(content_->writer->commits());
  const std::uint64_t folded = folded_segment(reader.connection);
  std::string seal;
  std::size_t sound = 0;
  while (reader.ledger.step()) {
    seal = ledger::seal_of(key, seal, reader.ledger.integer(1), reader.ledger.text(2));
    if (seal != reader.ledger.text(3))
      return problem(Kind::fault,
                     fmt::format("ledger entry {} does not fit its seal", reader.ledger.integer(0)));
    ++sound;
  }
  for (const auto& [one, entries] : unfolded) {
    if (one.number <= folded) continue;
    if (entries < one.entries)
      return problem(Kind::fault,
                     fmt::format("ledger entry {} of the journal does not fit its seal", entries + 1));
    sound += one.entries;
  }
  return sound;
}

}  // namespace handoff::sqlite
