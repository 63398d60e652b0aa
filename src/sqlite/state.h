// One state of a SQLite store: a reader's transaction, and the ports over it.
#pragma once

#include <functional>
#include <memory>

#include "sqlite/ports.h"
#include "store/snapshot.h"

namespace handoff::sqlite {

class SqliteState final : public State {
 public:
  using GiveBack = std::function<void(std::unique_ptr<Reader>)>;
  // The reader's transaction has begun. The destructor passes the reader to `give_back`.
  SqliteState(std::unique_ptr<Reader> reader, GiveBack give_back)
      : reader_(std::move(reader)), give_back_(std::move(give_back)) {}
  ~SqliteState() override { give_back_(std::move(reader_)); }
  SqliteState(const SqliteState&) = delete;
  SqliteState& operator=(const SqliteState&) = delete;

  Reader& reader() const { return *reader_; }
  const Resources& resources() const override { return resources_; }
  const Searches& searches() const override { return searches_; }
  const Grants& grants() const override { return grants_; }
  const Outbox& outbox() const override { return outbox_; }
  const People& people() const override { return people_; }
  const IntakeStates& intake() const override { return intake_; }
  const Settings& settings() const override { return settings_; }

 private:
  std::unique_ptr<Reader> reader_;
  const GiveBack give_back_;
  const SqliteResources resources_{*reader_};
  const SqliteSearches searches_{*reader_};
  const SqliteGrants grants_{*reader_};
  const SqliteOutbox outbox_{*reader_};
  const SqlitePeople people_{*reader_};
  const SqliteIntakeStates intake_{*reader_};
  const SqliteSettings settings_{*reader_};
};

// Reads a store's file and changes nothing. Another process may write it meanwhile. Problem: not_found,
// unavailable (no store, damaged), precondition (another schema: migrate first).
Result<std::unique_ptr<SqliteState>> look(const std::filesystem::path& file);

}  // namespace handoff::sqlite
