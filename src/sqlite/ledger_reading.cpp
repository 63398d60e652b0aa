#include "sqlite/ledger_reading.h"

#include <algorithm>
#include <cstdlib>

#include "core/number.h"
#include "sqlite/state.h"

namespace handoff::sqlite {
namespace {

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }
std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

// Skips the entries of a walk's first millisecond that were already reported.
class Onward {
 public:
  Onward(const std::optional<LedgerPlace>& after, const std::function<bool(const LedgerEntry&)>& visit)
      : after_(after), visit_(visit) {}
  bool operator()(const LedgerEntry& entry) {
    if (after_ && entry.at == after_->at && passed_ < after_->visited) return ++passed_, true;
    return visit_(entry);
  }

 private:
  const std::optional<LedgerPlace>& after_;
  const std::function<bool(const LedgerEntry&)>& visit_;
  std::size_t passed_ = 0;
};

class SqliteLedgerReading final : public LedgerReading {
 public:
  SqliteLedgerReading(std::unique_ptr<SqliteState> state, std::vector<JournaledEntry> waiting)
      : reader_(state->reader()), snapshot_(std::move(state)), waiting_(std::move(waiting)) {
    std::stable_sort(waiting_.begin(), waiting_.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
  }
  const Snapshot& snapshot() const override { return snapshot_; }
  void walk(Instant first, Instant last, const std::optional<LedgerPlace>& after,
            const std::function<bool(const LedgerEntry&)>& visit) const override;
  bool find(std::int64_t number, const std::function<void(const LedgerEntry&)>& visit) const override;

 private:
  Reader& reader_;
  const Snapshot snapshot_;
  std::vector<JournaledEntry> waiting_;  // by time, oldest first
};

// Within one millisecond, entries in the journal count as newer than entries in the chain. That is their
// order once they are folded.
void SqliteLedgerReading::walk(Instant first, Instant last, const std::optional<LedgerPlace>& after,
                               const std::function<bool(const LedgerEntry&)>& visit) const {
  if (after) last = std::min(last, after->at);
  Onward onward(after, visit);
  Statement rows(reader_.connection,
                 "SELECT number, at_ms, entry FROM ledger WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms DESC, "
                 "number DESC");
  rows.bind(1, ms(first)).bind(2, ms(last));
  bool more = rows.step();
  for (auto waiting = waiting_.rbegin(); waiting != waiting_.rend(); ++waiting) {
    if (waiting->at > last) continue;
    if (waiting->at < first) break;
    for (; more && rows.integer(1) > ms(waiting->at); more = rows.step())
      if (!onward({rows.integer(0), instant(rows.integer(1)), rows.text(2)})) return;
    if (!onward({0, waiting->at, waiting->text})) return;
  }
  for (; more; more = rows.step())
    if (!onward({rows.integer(0), instant(rows.integer(1)), rows.text(2)})) return;
}

bool SqliteLedgerReading::find(std::int64_t number,
                               const std::function<void(const LedgerEntry&)>& visit) const {
  Statement row(reader_.connection, "SELECT number, at_ms, entry FROM ledger WHERE number = ?1");
  if (!row.bind(1, number).step()) return false;
  visit({row.integer(0), instant(row.integer(1)), row.text(2)});
  return true;
}

}  // namespace

std::uint64_t folded_segment(const Connection& connection) {
  Statement s(connection, "SELECT value FROM setting WHERE name = ?1");
  if (!s.bind(1, ledger::folded_setting).step()) return 0;
  return parse_number<std::uint64_t>(s.text(0)).value_or(0);
}

std::vector<ledger::SegmentContent> journal_beside(const ledger::Folded& begin,
                                                   const std::filesystem::path& file, std::string_view key) {
  return ledger::journal_beside(
      begin, [&] { return folded_segment(Connection(file, true)); }, file, key);
}

Result<std::unique_ptr<LedgerReading>> read_ledger(const std::filesystem::path& file,
                                                   const std::string& key) {
  auto state = look(file);
  if (!state) return state.error();
  try {
    Reader& reader = (*state)->reader();
    const auto begin = [&] {
      reader.begin_now();
      return folded_segment(reader.connection);
    };
    std::vector<JournaledEntry> waiting;
    for (ledger::SegmentContent& segment : journal_beside(begin, file, key))
      for (JournaledEntry& entry : segment.entries) waiting.push_back(std::move(entry));
    return std::unique_ptr<LedgerReading>(
        std::make_unique<SqliteLedgerReading>(std::move(*state), std::move(waiting)));
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, file.string() + ": " + failure.what());
  }
}

}  // namespace handoff::sqlite
