#include "store_limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rapidjson/reader.h>
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <stdexcept>
#include <vector>

namespace handoff::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t group_resources = 512, body_bytes = 2048, page_blobs = 20;
constexpr std::int64_t tokens_of_kind = 1000;  // resources that share a token

double process_cpu_us() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return double(used.tv_sec) * 1e6 + double(used.tv_nsec) / 1e3;
}

template <class Work>
Limit measure(std::size_t count, Work work) {
  const double cpu = process_cpu_us();
  const auto begun = SteadyClock::now();
  work();
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  return {(process_cpu_us() - cpu) / double(count), double(count) / seconds};
}

void check(int code, sqlite3* database) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    throw std::runtime_error(sqlite3_errmsg(database));
}

struct Row {
  std::int64_t parameter, value, npk;
  auto operator<=>(const Row&) const = default;
};

// The narrow schema of the limits: a store without everything except its rows.
class Bare {
 public:
  explicit Bare(const std::filesystem::path& file) {
    check(sqlite3_open(file.c_str(), &database_), database_);
    run("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144; "
        "PRAGMA wal_autocheckpoint=0;"
        "CREATE TABLE IF NOT EXISTS res (pk INTEGER PRIMARY KEY, type INTEGER, id BLOB, ver INTEGER, data "
        "BLOB);"
        "CREATE UNIQUE INDEX IF NOT EXISTS res_id ON res (type, id)");
    for (const char* table : {"token", "string", "date", "reference"})
      run(
          fmt::format("CREATE TABLE IF NOT EXISTS {} (param INTEGER, h INTEGER, npk INTEGER, PRIMARY KEY "
                      "(param, h, npk)) WITHOUT ROWID",
                      table));
    insert_ = prepare("INSERT INTO res VALUES (?1, 1, ?2, 1, ?3)");
    for (const char* table : {"token", "string", "date", "reference"})
      rows_.push_back(prepare(fmt::format("INSERT INTO {} VALUES (?1, ?2, ?3)", table)));
    read_ = prepare("SELECT data FROM res WHERE type = 1 AND id = ?1");
    search_ = prepare(
        "SELECT r.data FROM token t CROSS JOIN res r ON r.pk = -t.npk WHERE t.param = 6 AND t.h = ?1 ORDER "
        "BY t.npk LIMIT 20");
  }
  ~Bare() {
    for (sqlite3_stmt* statement : rows_) sqlite3_finalize(statement);
    for (sqlite3_stmt* statement : {insert_, read_, search_}) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void fill(std::size_t resources) {
    for (std::size_t done = 0; done < resources; done += group_resources)
      commit(std::min(group_resources, resources - done));
  }
  std::size_t read(std::uint64_t number) {
    const std::string id = id_of(std::int64_t(number % std::uint64_t(last_)) + 1);
    sqlite3_bind_blob(read_, 1, id.data(), int(id.size()), SQLITE_STATIC);
    return drain(read_, 1);
  }
  std::size_t search(std::uint64_t number) {
    sqlite3_bind_int64(search_, 1, std::int64_t(number % std::uint64_t(last_ / tokens_of_kind + 1)));
    return drain(search_, 1);
  }

 private:
  void run(const std::string& sql) {
    check(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), database_);
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(database_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr),
          database_);
    return statement;
  }
  static std::string id_of(std::int64_t pk) { return fmt::format("{:016x}", pk); }

  void commit(std::size_t count) {
    std::vector<Row> rows[4];
    run("BEGIN IMMEDIATE");
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t pk = ++last_;
      const std::string id = id_of(pk);
      sqlite3_bind_int64(insert_, 1, pk);
      sqlite3_bind_blob(insert_, 2, id.data(), int(id.size()), SQLITE_STATIC);
      sqlite3_bind_blob(insert_, 3, body_.data(), int(body_.size()), SQLITE_STATIC);
      drain(insert_, 0);
      for (int token = 0; token < 5; ++token) rows[0].push_back({token, std::int64_t(random_()), -pk});
      rows[0].push_back({6, pk / tokens_of_kind, -pk});
      for (int table = 1; table < 4; ++table)
        for (int row = 0; row < 2; ++row) rows[table].push_back({row, std::int64_t(random_()), -pk});
    }
    for (std::size_t table = 0; table < 4; ++table) {
      std::sort(rows[table].begin(), rows[table].end());
      for (const Row& row : rows[table]) {
        sqlite3_bind_int64(rows_[table], 1, row.parameter);
        sqlite3_bind_int64(rows_[table], 2, row.value);
        sqlite3_bind_int64(rows_[table], 3, row.npk);
        drain(rows_[table], 0);
      }
    }
    run("COMMIT");
  }

  // Steps to the end. Returns the bytes of the blobs that it met, and reads each blob.
  std::size_t drain(sqlite3_stmt* statement, int columns) {
    std::size_t bytes = 0;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      if (columns == 0) continue;
      const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(statement, 0));
      const auto size = std::size_t(sqlite3_column_bytes(statement, 0));
      for (std::size_t i = 0; i < size; i += 64) touched_ = touched_ + data[i];
      bytes += size;
    }
    check(code, database_);
    sqlite3_reset(statement);
    return bytes;
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt *insert_ = nullptr, *read_ = nullptr, *search_ = nullptr;
  std::vector<sqlite3_stmt*> rows_;
  std::int64_t last_ = 0;
  std::mt19937_64 random_{1};
  const std::string body_ = std::string(body_bytes, 'x');
  volatile unsigned touched_ = 0;
};

void remove_database(const std::filesystem::path& file) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
}

}  // namespace

Limit bare_group_commit(const std::filesystem::path& folder, std::size_t resources) {
  const auto file = folder / "limit-commit.db";
  remove_database(file);
  Limit limit;
  {
    Bare bare(file);
    limit = measure(resources, [&] { bare.fill(resources); });
  }
  remove_database(file);
  return limit;
}

struct BareStore::Content {
  explicit Content(std::filesystem::path f) : file(std::move(f)), bare(file) {}
  std::filesystem::path file;
  Bare bare;
  std::mt19937_64 random{2};
};

BareStore::BareStore(const std::filesystem::path& folder, std::size_t resources) {
  const auto file = folder / "limit-store.db";
  remove_database(file);
  content_ = std::make_unique<Content>(file);
  content_->bare.fill(resources);
}

BareStore::~BareStore() {
  const auto file = content_->file;
  content_.reset();
  remove_database(file);
}

Limit BareStore::point_reads(std::size_t count) {
  return measure(count, [&] {
    for (std::size_t i = 0; i < count; ++i)
      if (content_->bare.read(content_->random()) != body_bytes) throw std::runtime_error("L4 found nothing");
  });
}

Limit BareStore::ordered_searches(std::size_t count) {
  std::size_t bytes = 0;
  const Limit limit = measure(count, [&] {
    for (std::size_t i = 0; i < count; ++i) bytes += content_->bare.search(content_->random());
  });
  if (bytes < count * page_blobs * body_bytes / 2) throw std::runtime_error("L5 found too little");
  return limit;
}

Limit in_place_parses(const std::string& text, std::size_t count) {
  std::vector<char> copy(text.size() + 1);
  return measure(count, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      std::copy(text.c_str(), text.c_str() + text.size() + 1, copy.begin());
      rapidjson::InsituStringStream stream(copy.data());
      rapidjson::BaseReaderHandler<> nothing;
      rapidjson::Reader reader;
      if (!reader.Parse<rapidjson::kParseInsituFlag>(stream, nothing))
        throw std::runtime_error("L6 does not parse");
    }
  });
}

double fdatasync_p50_us(const std::filesystem::path& folder, std::size_t count) {
  const auto file = folder / "limit-sync";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::runtime_error("no file to sync");
  const std::string block(4096, 'x');
  std::vector<double> took;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begun = SteadyClock::now();
    if (::write(descriptor, block.data(), block.size()) != ssize_t(block.size()) ||
        ::fdatasync(descriptor) != 0)
      throw std::runtime_error("no fdatasync");
    took.push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - begun).count());
  }
  ::close(descriptor);
  std::filesystem::remove(file);
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

}  // namespace handoff::bench
