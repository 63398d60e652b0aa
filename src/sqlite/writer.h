// The only writer. It takes all waiting requests, commits them as one transaction, then answers all. A
// request with a failed precondition is rolled back to its own savepoint and does not affect the others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "sqlite/connection.h"
#include "store/store.h"

namespace handoff::sqlite {

class GrantWriter;
class ParameterWriter;
class PeopleWriter;
class WriterStatements;

class Writer {
 public:
  Writer(std::filesystem::path file, std::string ledger_key, const Clock& clock);
  ~Writer();  // commits what waits
  void submit(Batch batch, Store::Done done);

  // The number of groups on disk. A snapshot that begins later contains every write that was acknowledged
  // before.
  std::uint64_t commits() const { return commits_; }
  int log_pages() const { return log_pages_; }
  // Call it after another thread has folded most of the log into the file. The writer folds the rest between
  // two groups, because the log can begin anew only while nobody writes.
  void finish_checkpoint();

 private:
  struct Request {
    Batch batch;
    Store::Done done;
  };
  void run();
  void commit_group(std::vector<Request>& group);
  void take(Batch& batch, std::vector<Result<Committed>>& answers);
  void apply(Batch& batch);
  void add_missing(const MissingRows& of);
  void append_to_ledger(Instant at, const std::string& entry);
  void fold_log();
  void reopen();

  const std::filesystem::path file_;
  const std::string ledger_key_;
  const Clock& clock_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<WriterStatements> sql_;
  std::unique_ptr<GrantWriter> grants_;
  std::unique_ptr<ParameterWriter> parameters_;
  std::unique_ptr<PeopleWriter> people_;
  Pk last_pk_ = Pk::none;
  Instant now_;  // of the current group; never goes back
  std::string last_seal_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> waiting_;
  bool stopping_ = false;
  std::atomic<bool> checkpoint_wanted_{false};
  std::atomic<int> log_pages_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::thread thread_;  // last: it uses everything above
};

}  // namespace handoff::sqlite
