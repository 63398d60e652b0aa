#include "intake/intake.h"

#include <algorithm>
#include <utility>

#include "core/civil.h"
#include "intake/stopwatch.h"
#include "store/people.h"

namespace handoff::intake {
namespace {

constexpr std::size_t group_max = 64;  // records in one commit

// If a data folder is kept from an earlier start, the clock is already later than the days that are replayed.
// A record that was corrected since is then taken in as it is now. So something that was revoked is never in
// force meanwhile.
int stage_now(const Record& record, int stage, Instant now) {
  if (stage < 0) return stage;
  const CivilDate day = local_date(record.stages[std::size_t(stage)]);
  int newest = stage;
  for (std::size_t later = std::size_t(stage) + 1; later < record.stages.size(); ++later)
    if (record.stages[later] <= now && local_date(record.stages[later]) > day) newest = int(later);
  return newest;
}

}  // namespace

Intake::Intake(const Office& office, Mode mode, Loss loss)
    : office_(office), mode_(mode), loss_(loss), waiters_(office) {}

Result<Fate> Intake::take(Record& record, int stage) {
  begin(record, stage);
  if (auto done = finish(); !done) return done.error();
  return record.fate;
}

void Intake::begin(Record& record, int stage) {
  const bool waits = record.is<mapping::Waiting>();  // it comes whole later, in its state of that time
  if (waits || record.is<mapping::Rejection>()) return;
  stage = stage_now(record, stage, office_.now());
  if (!fits_group(record)) write_group();
  auto made = make(record, stage);
  if (made && names_somebody_of_group(*made)) {
    write_group();
    made = make(record, stage);  // the other person is known now
  }
  if (!made) return;
  for (auto& key : person_keys(*made)) people_.insert(std::move(key));
  group_.push_back({&record, std::move(*made)});
}

Result<void> Intake::finish() {
  write_group();
  if (failure_) return *std::exchange(failure_, std::nullopt);
  return {};
}

// Records that do not depend on each other are written together. They are of one feed. They may not name the
// same person, and may not be states of the same record.
bool Intake::fits_group(const Record& record) const {
  if (group_.empty()) return true;
  if (group_.size() == group_max || group_.front().record->file != record.file) return false;
  return std::none_of(group_.begin(), group_.end(), [&](const Next& next) { return next.record == &record; });
}

bool Intake::names_somebody_of_group(const Made& made) const {
  const auto keys = person_keys(made);
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return people_.contains(key); });
}

std::optional<Made> Intake::make(Record& record, int stage) {
  const Stopwatch watch(map_seconds_);
  Taking taking = intake::take(record.as_taken(), stage, office_.means());
  if (auto* made = std::get_if<Made>(&taking)) {
    const bool is_empty = made->is_new && made->mapped.entries.empty() && !made->mapped.is_so_already;
    if (made->is_new && !is_empty) return std::move(*made);
    if (!is_empty) record.fate = Taken{};
    else if (!record.is<Taken>()) record.fate = Empty{};
  }
  if (auto* waiting = std::get_if<mapping::Waiting>(&taking)) wait_for(record, stage, *waiting);
  if (auto* held = std::get_if<mapping::Held>(&taking)) hold(record, *held);
  if (auto* rejection = std::get_if<mapping::Rejection>(&taking)) record.reject(std::move(*rejection));
  return std::nullopt;
}

void Intake::write_group() {
  const std::vector<Next> group = std::exchange(group_, {});
  people_.clear();
  if (group.empty()) return;
  {
    const Stopwatch watch(load_seconds_);
    const auto receipts = admit(group);
    for (std::size_t i = 0; i < group.size(); ++i) settle(group[i], receipts[i]);
  }
  if (mode_ == Mode::take) wake_all();
}

std::vector<Result<admission::Receipt>> Intake::admit(const std::vector<Next>& group) const {
  if (mode_ == Mode::take) {
    std::vector<admission::Submission> submissions;
    for (const Next& next : group) submissions.push_back(next.made.submission);
    return office_.admission().admit_all(submissions);
  }
  std::vector<Result<admission::Receipt>> receipts;
  const store::Snapshot snapshot = office_.store().snapshot();
  for (const Next& next : group) {
    auto prepared = office_.admission().prepare(next.made.submission, snapshot);
    if (prepared) receipts.emplace_back(admission::Receipt{std::move(prepared->admitted), {}});
    else receipts.emplace_back(prepared.error());
  }
  return receipts;
}

void Intake::settle(const Next& next, const Result<admission::Receipt>& receipt) {
  Record& record = *next.record;
  if (receipt) {
    record.fate = Taken{};
    for (Arrival& came : arrivals_of(next.made)) came_.push_back(std::move(came));
    return;
  }
  const Problem refused = receipt.error();
  const bool is_lost = refused.kind == Kind::unavailable || refused.kind == Kind::busy;
  if (is_lost && loss_ == Loss::is_reported) failure_ = refused;
  else record.reject(record.file->feed().mapping->refused(*record.source, next.made.mapped, refused));
}

void Intake::wait_for(Record& record, int stage, const mapping::Waiting& waiting) {
  record.fate = waiting;
  waiting_.emplace(WaitKey{waiting.type, waiting.identifier.system, waiting.identifier.value}, &record);
  if (mode_ == Mode::take) waiters_.add(record.as_taken(), stage, waiting);
}

// Holds the record for a person to decide. If an earlier run already holds it, nothing changes.
void Intake::hold(Record& record, const mapping::Held& held) {
  record.fate = InReview{};
  if (mode_ == Mode::try_out) return;
  const TakenRecord taken = record.as_taken();
  {
    const store::Snapshot snapshot = office_.store().snapshot();
    const auto known = snapshot.people().review_of(taken.feed, taken.source->content_hash);
    if (known && known->state == "open") return;
  }
  store::Batch batch;
  batch.people.held.push_back(review_of(taken, held));
  // If the write fails, the next run holds it, because the record is still in its file.
  (void)office_.store().commit_and_wait(std::move(batch));
}

void Intake::arrived(const std::vector<Arrival>& arrivals) {
  came_.insert(came_.end(), arrivals.begin(), arrivals.end());
  wake_all();
}

// Wakes the records that wait for what came. Others may wait for those in turn.
void Intake::wake_all() {
  while (!came_.empty()) {
    std::vector<Arrival> arrivals = std::exchange(came_, {});
    for (const Arrival& came : arrivals) wake({came.type, came.identifier.system, came.identifier.value});
    for (Arrival& came : waiters_.wake(std::move(arrivals))) came_.push_back(std::move(came));
  }
}

// Each record is written alone, as it is now. If several are states of one thing, the newest is written last.
void Intake::wake(const WaitKey& key) {
  std::map<std::tuple<std::size_t, Instant, std::size_t>, Record*> ready;  // file, stage, place in the file
  const auto stage_of = [&](const Record& record) { return newest_stage(record.stages, office_.now()); };
  const auto [first, last] = waiting_.equal_range(key);
  for (auto at = first; at != last; ++at) {
    Record& record = *at->second;
    const int stage = stage_of(record);
    const Instant since = stage < 0 ? Instant{} : record.stages[std::size_t(stage)];
    ready.emplace(std::tuple(record.file->number(), since, record.source->number), &record);
  }
  waiting_.erase(first, last);
  for (const auto& [place, record] : ready) {
    record->fate = Planned{};
    begin(*record, stage_of(*record));
    write_group();
  }
}

}  // namespace handoff::intake
