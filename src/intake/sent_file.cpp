#include "intake/sent_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace handoff::intake {

Result<std::unique_ptr<SentFile>> SentFile::read(const Office& office, Mode mode,
                                                 std::shared_ptr<const mapping::Mapping> mapping,
                                                 std::string bytes) {
  Feed feed;
  // The name that the file would have in a folder of records.
  feed.name = fmt::format("{}{}", mapping->name(), mapping->format().extension);
  feed.mapping = std::move(mapping);
  auto file = RecordFile::read(std::move(feed), std::move(bytes), office.now());
  if (!file) return file.error();
  return std::unique_ptr<SentFile>(new SentFile(office, mode, std::move(*file)));
}

SentFile::SentFile(const Office& office, Mode mode, std::unique_ptr<RecordFile> file)
    : office_(office), intake_(office, mode, Loss::is_reported), file_(std::move(file)) {
  for (Record& record : file_->records())
    if (record.is<Planned>()) queue_.push_back(&record);
  const auto first_day = [](const Record* record) {
    return record->stages.empty() ? Instant{} : record->stages.front();
  };
  std::stable_sort(queue_.begin(), queue_.end(),
                   [&](const Record* a, const Record* b) { return first_day(a) < first_day(b); });
}

Result<bool> SentFile::take_some(std::size_t count) {
  const std::size_t end = std::min(queue_.size(), next_ + count);
  for (std::size_t i = next_; i < end; ++i)
    intake_.begin(*queue_[i], newest_stage(queue_[i]->stages, office_.now()));
  // Records that were written before the store failed change nothing when they come again.
  if (auto done = intake_.finish(); !done) return done.error();
  next_ = end;
  return next_ < queue_.size();
}

}  // namespace handoff::intake
