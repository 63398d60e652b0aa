#include "intake/calendar.h"

#include <algorithm>
#include <utility>

#include "intake/stopwatch.h"

namespace handoff::intake {

Result<void> Calendar::add(Feed feed, Instant as_of) {
  Result<std::string> bytes = std::string();
  if (feed.mapping) bytes = bytes_of(feed);
  if (!bytes) return bytes.error();
  const Stopwatch watch(read_seconds_);
  auto file = RecordFile::read(std::move(feed), std::move(*bytes), as_of, files_.size());
  if (!file) return file.error();
  files_.push_back(std::move(*file));
  plan(files_.size() - 1, as_of);
  return {};
}

void Calendar::plan(std::size_t index, Instant as_of) {
  const RecordFile& file = *files_[index];
  for (std::size_t i = 0; i < file.records().size(); ++i) {
    const Record& record = file.records()[i];
    if (!record.is<Planned>()) continue;
    if (record.stages.empty()) undated_.push_back({file.feed().order, index, i, -1});
    for (std::size_t stage = 0; stage < record.stages.size(); ++stage) {
      if (record.stages[stage] > as_of) break;
      steps_[local_date(record.stages[stage])].push_back({file.feed().order, index, i, int(stage)});
    }
  }
}

std::vector<CivilDate> Calendar::days() const {
  std::vector<CivilDate> all;
  for (const auto& [day, steps] : steps_) all.push_back(day);
  if (all.empty() && !undated_.empty()) all.push_back(local_date(office_.now()));
  return all;
}

void Calendar::take(CivilDate day) {
  const std::lock_guard hold(mutex_);
  if (!undated_taken_) {
    undated_taken_ = true;
    take_steps(undated_);
  }
  if (const auto found = steps_.find(day); found != steps_.end()) take_steps(found->second);
}

void Calendar::take_steps(std::vector<Step>& steps) {
  std::sort(steps.begin(), steps.end());
  for (const Step& step : steps) intake_.begin(files_[step.file]->records()[step.record], step.stage);
  (void)intake_.finish();  // records that the store does not accept are rejected
}

void Calendar::arrived(const std::vector<Arrival>& arrivals) {
  const std::lock_guard hold(mutex_);
  intake_.arrived(arrivals);
}

std::vector<FeedReport> Calendar::report() const {
  const std::lock_guard hold(mutex_);
  std::vector<FeedReport> reports;
  for (const auto& file : files_) reports.push_back(file->report());
  return reports;
}

}  // namespace handoff::intake
