#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "core/limits.h"
#include "core/log.h"
#include "store/file_lock.h"
#include "store/migrations.h"
#include "store/reader.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/writer.h"

namespace handoff::store {
namespace {

constexpr std::size_t page_bytes = 8192;
constexpr std::chrono::milliseconds look_at_log{200};
constexpr std::chrono::milliseconds look_closely{20};  // where there is little room

int schema_number(const Connection& connection) {
  Statement s(connection, "PRAGMA user_version");
  s.step();
  return int(s.integer(0));
}

void migrate(Connection& connection) {
  const int have = schema_number(connection);
  for (const Migration& migration : migrations()) {
    if (migration.number <= have) continue;
    connection.execute("BEGIN IMMEDIATE");
    connection.execute(migration.sql);
    connection.execute(fmt::format("PRAGMA user_version = {}", migration.number).c_str());
    connection.execute("COMMIT");
  }
}

}  // namespace

struct Store::Content {
  explicit Content(const StoreOptions& o) : options(o), lock(o.file) {}
  ~Content() {
    {
      const std::lock_guard hold(mutex);
      stopping = true;
    }
    wake.notify_all();
    if (checkpointer.joinable()) checkpointer.join();
    writer.reset();  // everything submitted is written before the rest goes
  }

  StoreOptions options;
  FileLock lock;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::vector<std::unique_ptr<Reader>> readers;
  std::unique_ptr<Writer> writer;
  std::thread checkpointer;

  // A log that took all the room could not be folded any more: that too takes room.
  std::size_t log_bytes_max() const {
    std::error_code failed;
    const auto room = std::filesystem::space(std::filesystem::absolute(options.file).parent_path(), failed);
    const std::size_t share = failed ? limits::wal_bytes_before_checkpoint : std::size_t(room.available) / 4;
    return std::max<std::size_t>(std::min(limits::wal_bytes_before_checkpoint, share), page_bytes);
  }

  // The log is folded into the file apart from the writer, so that nobody's commit waits for the bulk of it.
  void keep_log_short() {
    std::unique_lock hold(mutex);
    std::chrono::milliseconds pause = look_at_log;
    bool postponed = false;  // told once, tried on: with room again the log must not take it first
    while (!wake.wait_for(hold, pause, [this] { return stopping; })) {
      const std::size_t most = log_bytes_max();
      pause = most < limits::wal_bytes_before_checkpoint ? look_closely : look_at_log;
      if (std::size_t(writer->log_pages()) * page_bytes < most) continue;
      hold.unlock();
      try {
        Connection(options.file).execute("PRAGMA wal_checkpoint(PASSIVE)");
        writer->finish_checkpoint();
        postponed = false;
      } catch (const StoreFailure& failure) {
        if (!std::exchange(postponed, true)) log::warn(fmt::format("store: checkpoint postponed: {}", failure.what()));
      }
      hold.lock();
    }
  }
};

Store::Store() = default;
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, const Clock& clock) {
  std::unique_ptr<Store> store(new Store);
  try {
    store->content_ = std::make_unique<Content>(options);
    if (!store->content_->lock.take())
      return problem(Kind::unavailable,
                     fmt::format("{} is in use by another process, or its folder cannot be written", options.file.string()));
    Connection first(options.file);
    first.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    const int newest = newest_schema();
    if (schema_number(first) > newest)
      return problem(Kind::unavailable, fmt::format("{} was written by a newer program (schema {}, this one knows {})",
                                                    options.file.string(), schema_number(first), newest));
    migrate(first);
    store->content_->writer = std::make_unique<Writer>(options.file, options.ledger_key, clock);
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", options.file.string(), failure.what()));
  }
  store->content_->checkpointer = std::thread([content = store->content_.get()] { content->keep_log_short(); });
  return store;
}

Snapshot Store::snapshot() const {
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
  return Snapshot(std::move(reader), [content](std::unique_ptr<Reader> back) {
    const std::lock_guard hold(content->mutex);
    content->readers.push_back(std::move(back));
  });
}

void Store::commit(Batch batch, Done done) { content_->writer->submit(std::move(batch), std::move(done)); }

Result<Committed> Store::commit_and_wait(Batch batch) {
  std::promise<Result<Committed>> promise;
  auto answer = promise.get_future();
  commit(std::move(batch), [&promise](Result<Committed> result) { promise.set_value(std::move(result)); });
  return answer.get();
}

Result<std::size_t> Store::verify_ledger() const {
  Reader reader(content_->options.file);
  std::string seal;
  std::size_t sound = 0;
  while (reader.ledger.step()) {
    seal = seal_of(content_->options.ledger_key, seal, reader.ledger.integer(1), reader.ledger.text(2));
    if (seal != reader.ledger.text(3))
      return problem(Kind::fault, fmt::format("ledger entry {} does not fit its seal", reader.ledger.integer(0)));
    ++sound;
  }
  return sound;
}

}  // namespace handoff::store
