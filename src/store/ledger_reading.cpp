#include "store/ledger_reading.h"

#include <algorithm>

#include "store/ledger_recovery.h"
#include "store/reader.h"

namespace handoff::store {
namespace {

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }
std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

// Leaves out what was told of a walk's first millisecond.
class Onward {
 public:
  Onward(const std::optional<LedgerPlace>& after, const std::function<bool(const LedgerEntry&)>& visit) : after_(after), visit_(visit) {}
  bool operator()(const LedgerEntry& entry) {
    if (after_ && entry.at == after_->at && passed_ < after_->told) return ++passed_, true;
    return visit_(entry);
  }

 private:
  const std::optional<LedgerPlace>& after_;
  const std::function<bool(const LedgerEntry&)>& visit_;
  std::size_t passed_ = 0;
};

}  // namespace

LedgerReading::LedgerReading(Snapshot snapshot, std::vector<JournaledEntry> waiting)
    : snapshot_(std::move(snapshot)), waiting_(std::move(waiting)) {
  std::stable_sort(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
}

Result<LedgerReading> LedgerReading::open(const std::filesystem::path& file, const std::string& key) {
  auto snapshot = Snapshot::open(file);
  if (!snapshot) return snapshot.error();
  try {
    Reader& reader = *snapshot->reader_;
    const auto begin = [&reader]() -> const Connection& {
      reader.begin_now();
      return reader.connection;
    };
    std::vector<JournaledEntry> waiting;
    for (SegmentContent& segment : journal_beside(begin, file, key))
      for (JournaledEntry& entry : segment.entries) waiting.push_back(std::move(entry));
    return LedgerReading(std::move(*snapshot), std::move(waiting));
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, file.string() + ": " + failure.what());
  }
}

// What waits in the journal stands behind whatever the chain has of the same millisecond: so it will, once it is folded.
void LedgerReading::walk(Instant first, Instant last, const std::optional<LedgerPlace>& after,
                         const std::function<bool(const LedgerEntry&)>& visit) const {
  if (after) last = std::min(last, after->at);
  Onward onward(after, visit);
  Statement rows(snapshot_.reader_->connection,
                 "SELECT number, at_ms, entry FROM ledger WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms DESC, number DESC");
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

bool LedgerReading::find(std::int64_t number, const std::function<void(const LedgerEntry&)>& visit) const {
  Statement row(snapshot_.reader_->connection, "SELECT number, at_ms, entry FROM ledger WHERE number = ?1");
  if (!row.bind(1, number).step()) return false;
  visit({row.integer(0), instant(row.integer(1)), row.text(2)});
  return true;
}

}  // namespace handoff::store
