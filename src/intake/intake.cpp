#include "intake/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "core/civil.h"
#include "core/limits.h"

namespace handoff::intake {
namespace {

Result<std::string> read_file(const Feed& feed) {
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(feed.file, failed);
  if (!failed && bytes > limits::feed_bytes_max)
    return problem(Kind::incorrect, fmt::format("{} is longer than {} bytes", feed.name, limits::feed_bytes_max), {}, "too-long");
  std::ifstream in(feed.file, std::ios::binary);
  if (failed || !in) return problem(Kind::not_found, "cannot read " + feed.name);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Adds the time from its birth to its end.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds) {}
  ~Stopwatch() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

constexpr std::size_t group_max = 64;  // records in one commit

}  // namespace

Intake::Intake(const Office& office, Mode mode) : office_(office), mode_(mode), waiters_(office) {}

Result<void> Intake::add(Feed feed, Instant as_of) {
  if (!feed.mapping) return add(std::move(feed), {}, as_of);
  auto bytes = read_file(feed);
  if (!bytes) return bytes.error();
  return add(std::move(feed), std::move(*bytes), as_of);
}

Result<void> Intake::add(Feed feed, std::string bytes, Instant as_of) {
  const Stopwatch watch(map_seconds_);
  FeedState state;
  state.feed = std::move(feed);
  if (state.feed.mapping) {
    auto source = state.feed.mapping->read(std::move(bytes), std::filesystem::path(state.feed.name).filename().string(), as_of);
    if (!source) return problem(Kind::incorrect, state.feed.name + ": " + source.error().summary());
    state.source = std::move(*source);
  }
  feeds_.push_back(std::move(state));
  plan(feeds_.size() - 1, as_of);
  return {};
}

void Intake::plan(std::size_t index, Instant as_of) {
  FeedState& state = feeds_[index];
  state.records.resize(state.source.records.size());
  for (std::size_t i = 0; i < state.records.size(); ++i) {
    Record& record = state.records[i];
    record.source = &state.source.records[i];
    if (record.source->is_duplicate) {
      record.fate = Fate::duplicate;
      continue;
    }
    record.stages = state.feed.mapping->stages(*record.source);
    if (!record.stages.empty() && record.stages.front() > as_of) {
      record.fate = Fate::later;
      continue;
    }
    if (record.source->rejection) {
      reject(state, record, *record.source->rejection);
      continue;
    }
    if (record.stages.empty()) undated_.push_back({state.feed.order, index, i, -1});
    for (std::size_t stage = 0; stage < record.stages.size(); ++stage) {
      if (record.stages[stage] > as_of) break;
      steps_[local_date(record.stages[stage])].push_back({state.feed.order, index, i, int(stage)});
    }
  }
}

std::vector<CivilDate> Intake::days() const {
  std::vector<CivilDate> all;
  for (const auto& [day, steps] : steps_) all.push_back(day);
  if (all.empty() && !undated_.empty()) all.push_back(local_date(office_.now()));
  return all;
}

void Intake::take(CivilDate day) {
  const std::lock_guard hold(mutex_);
  if (!undated_taken_) {
    undated_taken_ = true;
    std::sort(undated_.begin(), undated_.end());
    take_steps(undated_);
  }
  const auto found = steps_.find(day);
  if (found == steps_.end()) return;
  std::sort(found->second.begin(), found->second.end());
  take_steps(found->second);
}

std::size_t Intake::left() const {
  const std::lock_guard hold(mutex_);
  if (is_sorted_) return at_the_end_.size();
  std::size_t count = undated_.size();
  for (const auto& [day, steps] : steps_)
    count += std::size_t(std::count_if(steps.begin(), steps.end(), [](const Step& step) { return step.stage == 0; }));
  return count;
}

Result<bool> Intake::take_some(std::size_t count) {
  const std::lock_guard hold(mutex_);
  if (!is_sorted_) {
    is_sorted_ = true;
    at_the_end_ = undated_;
    for (const auto& [day, steps] : steps_)
      for (const Step& step : steps)
        if (step.stage == 0) at_the_end_.push_back(step);  // of each record one
    const auto first_of = [&](const Step& step) {
      return step.stage < 0 ? Instant{} : feeds_[step.feed].records[step.record].stages.front();
    };
    std::stable_sort(at_the_end_.begin(), at_the_end_.end(), [&](const Step& a, const Step& b) {
      return std::tuple(first_of(a), a.feed, a.record) > std::tuple(first_of(b), b.feed, b.record);
    });
    for (Step& step : at_the_end_)
      step.stage = newest_stage(feeds_[step.feed].records[step.record].stages, office_.now());
  }
  std::vector<Step> steps;
  while (!at_the_end_.empty() && steps.size() < count) {
    steps.push_back(at_the_end_.back());
    at_the_end_.pop_back();
  }
  take_steps(steps);
  if (failure_) {
    at_the_end_.insert(at_the_end_.end(), steps.rbegin(), steps.rend());  // what was written changes nothing when it comes again
    return *std::exchange(failure_, std::nullopt);
  }
  return !at_the_end_.empty();
}

// Records that do not build on each other are written together: those of one feed, unless they may name the same person or
// are states of the same record.
void Intake::take_steps(std::vector<Step> steps) {
  std::vector<Next> group;
  std::set<identity::Identifier> people;  // keys of the persons that the group brings
  std::set<std::pair<std::size_t, std::size_t>> records;
  const auto write_group = [&] {
    write(group);
    group.clear();
    people.clear();
    records.clear();
  };
  for (const Step& step : steps) {
    const Record& record = feeds_[step.feed].records[step.record];
    if (record.fate == Fate::rejected || record.fate == Fate::waiting) continue;  // what waits comes whole, as it is then
    const int stage = stage_now(record, step.stage);
    if (!group.empty() && (group.front().feed != step.feed || records.contains({step.feed, step.record}) || group.size() == group_max))
      write_group();
    auto made = make(step.feed, step.record, stage);
    if (!made) continue;
    const auto keys = person_keys(made->made);
    const bool overlaps = std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return people.contains(key); });
    if (overlaps) {
      write_group();
      made = make(step.feed, step.record, stage);  // now that the other is known
      if (!made) continue;
    }
    for (auto& key : person_keys(made->made)) people.insert(std::move(key));
    records.emplace(step.feed, step.record);
    group.push_back(std::move(*made));
  }
  write_group();
}

// On a kept folder the clock is past days that are gone through again: a record that was corrected since is taken as it is
// now, so that what was revoked is not in force on the way.
int Intake::stage_now(const Record& record, int stage) const {
  if (stage < 0) return stage;
  const CivilDate day = local_date(record.stages[std::size_t(stage)]);
  int newest = stage;
  for (std::size_t later = std::size_t(stage) + 1; later < record.stages.size(); ++later)
    if (record.stages[later] <= office_.now() && local_date(record.stages[later]) > day) newest = int(later);
  return newest;
}

TakenRecord Intake::record_of(std::size_t feed, std::size_t index) const {
  const FeedState& state = feeds_[feed];
  const Record& record = state.records[index];
  return {state.feed.name, state.feed.mapping.get(), record.source, &record.stages, state.source.file, state.source.file_hash};
}

std::optional<Intake::Next> Intake::make(std::size_t feed, std::size_t index, int stage) {
  const Stopwatch watch(map_seconds_);
  FeedState& state = feeds_[feed];
  Record& record = state.records[index];
  const TakenRecord taken = record_of(feed, index);
  Taking taking = intake::take(taken, stage, office_.means());
  if (auto* made = std::get_if<Made>(&taking)) {
    const bool is_empty = made->is_new && made->mapped.entries.empty() && !made->mapped.is_so_already;
    if (made->is_new && !is_empty) return Next{feed, index, std::move(*made)};
    if (!is_empty) record.fate = Fate::mapped;
    else if (record.fate != Fate::mapped) record.fate = Fate::empty;
  }
  if (auto* waiting = std::get_if<mapping::Waiting>(&taking)) wait_for(feed, index, stage, *waiting);
  if (auto* held = std::get_if<mapping::Held>(&taking)) hold(feed, index, *held);
  if (auto* rejection = std::get_if<mapping::Rejection>(&taking)) reject(state, record, std::move(*rejection));
  return std::nullopt;
}

void Intake::write(std::vector<Next>& group) {
  if (group.empty()) return;
  {
    const Stopwatch watch(load_seconds_);
    const auto receipts = admit(group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      FeedState& state = feeds_[group[i].feed];
      Record& record = state.records[group[i].record];
      const bool is_lost = !receipts[i] && (receipts[i].error().kind == Kind::unavailable || receipts[i].error().kind == Kind::busy);
      if (is_lost && is_sorted_) {
        failure_ = receipts[i].error();
        continue;
      }
      if (!receipts[i]) {
        reject(state, record, state.feed.mapping->refused(*record.source, group[i].made.mapped, receipts[i].error()));
        continue;
      }
      record.fate = Fate::mapped;
      for (Arrival& came : arrivals_of(group[i].made)) came_.push_back(std::move(came));
    }
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

void Intake::wait_for(std::size_t feed, std::size_t index, int stage, const mapping::Waiting& waiting) {
  feeds_[feed].records[index].fate = Fate::waiting;
  waiting_.emplace(WaitKey{waiting.type, waiting.identifier.system, waiting.identifier.value}, std::pair{feed, index});
  if (mode_ == Mode::take) waiters_.add(record_of(feed, index), stage, waiting);
}

// Once, whichever run holds it first; what it waits for is a person.
void Intake::hold(std::size_t feed, std::size_t index, const mapping::Held& held) {
  feeds_[feed].records[index].fate = Fate::review;
  if (mode_ == Mode::try_out) return;
  const TakenRecord record = record_of(feed, index);
  {
    const store::Snapshot snapshot = office_.store().snapshot();
    const auto known = store::People(snapshot).review_of(record.feed, record.source->content_hash);
    if (known && known->state == "open") return;
  }
  store::Batch batch;
  batch.people.held.push_back(review_of(record, held));
  (void)office_.store().commit_and_wait(std::move(batch));  // where it fails, the next run holds it: the record is still in its file
}

void Intake::arrived(const std::vector<Arrival>& arrivals) {
  const std::lock_guard hold(mutex_);
  came_.insert(came_.end(), arrivals.begin(), arrivals.end());
  wake_all();
}

void Intake::reject(FeedState& state, Record& record, mapping::Rejection rejection) {
  rejection.record = record.source->number;
  if (rejection.key.empty()) rejection.key = record.source->key;
  if (rejection.mapping.empty()) rejection.mapping = std::string(state.feed.mapping->name());
  record.rejection = std::move(rejection);
  record.fate = Fate::rejected;
}

// What came may be what others wait for, and those may be waited for in turn.
void Intake::wake_all() {
  while (!came_.empty()) {
    std::vector<Arrival> arrivals = std::exchange(came_, {});
    for (const Arrival& came : arrivals) wake({came.type, came.identifier.system, came.identifier.value});
    for (Arrival& came : waiters_.wake(std::move(arrivals))) came_.push_back(std::move(came));
  }
}

void Intake::wake(const WaitKey& key) {
  std::vector<std::pair<std::size_t, std::size_t>> ready;
  const auto [first, last] = waiting_.equal_range(key);
  for (auto at = first; at != last; ++at) ready.push_back(at->second);
  waiting_.erase(first, last);
  const auto stage_of = [&](const Record& record) { return newest_stage(record.stages, office_.now()); };
  std::map<std::tuple<std::size_t, Instant, std::size_t>, std::size_t> in_order;  // of several states the newest is written last
  for (const auto& [feed, index] : ready) {
    const Record& record = feeds_[feed].records[index];
    const int stage = stage_of(record);
    in_order.emplace(std::tuple(feed, stage < 0 ? Instant{} : record.stages[std::size_t(stage)], index), feed);
  }
  for (const auto& [place, feed] : in_order) {
    const std::size_t index = std::get<2>(place);
    Record& record = feeds_[feed].records[index];
    const int stage = stage_of(record);
    record.fate = Fate::planned;
    std::vector<Next> alone;
    if (auto made = make(feed, index, stage)) alone.push_back(std::move(*made));
    write(alone);
  }
}

std::vector<FeedReport> Intake::report() const {
  const std::lock_guard hold(mutex_);
  std::vector<FeedReport> reports;
  for (const FeedState& state : feeds_) {
    FeedReport report;
    report.feed = state.feed.name;
    report.unmapped = !state.feed.mapping;
    report.records = state.records.size();
    for (const Record& record : state.records) {
      switch (record.fate) {
        case Fate::planned:
        case Fate::mapped: ++report.mapped; break;
        case Fate::rejected: report.rejected.push_back(record.rejection); break;
        case Fate::duplicate: ++report.duplicates; break;
        case Fate::waiting: ++report.waiting; break;
        case Fate::review: ++report.review; break;
        case Fate::later: ++report.later; break;
        case Fate::empty: ++report.empty; break;
      }
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace handoff::intake
