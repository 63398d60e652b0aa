#include "intake/record_file.h"

#include <utility>

namespace handoff::intake {
namespace {

// Adds a record to its file's report.
struct Counting {
  FeedReport& report;

  void operator()(const Planned&) const { ++report.mapped; }
  void operator()(const Taken&) const { ++report.mapped; }
  void operator()(const mapping::Rejection& rejection) const { report.rejected.push_back(rejection); }
  void operator()(const mapping::Waiting&) const { ++report.waiting; }
  void operator()(const InReview&) const { ++report.review; }
  void operator()(const Duplicate&) const { ++report.duplicates; }
  void operator()(const Later&) const { ++report.later; }
  void operator()(const Empty&) const { ++report.empty; }
};

}  // namespace

TakenRecord Record::as_taken() const {
  const mapping::Source& of = file->source();
  return {file->feed().name, file->feed().mapping.get(), source, &stages, of.file, of.file_hash};
}

void Record::reject(mapping::Rejection rejection) {
  rejection.record = source->number;
  if (rejection.key.empty()) rejection.key = source->key;
  if (rejection.mapping.empty()) rejection.mapping = std::string(file->feed().mapping->name());
  fate = std::move(rejection);
}

Result<std::unique_ptr<RecordFile>> RecordFile::read(Feed feed, std::string bytes, Instant as_of,
                                                     std::size_t number) {
  std::unique_ptr<RecordFile> file(new RecordFile(std::move(feed), number));
  const Feed& of = file->feed_;
  if (!of.mapping) return file;
  auto source = of.mapping->read(std::move(bytes), std::filesystem::path(of.name).filename().string(), as_of);
  if (!source) return problem(Kind::incorrect, of.name + ": " + source.error().summary());
  file->source_ = std::move(*source);
  file->records_.resize(file->source_.records.size());
  for (std::size_t i = 0; i < file->records_.size(); ++i) {
    Record& record = file->records_[i];
    record.file = file.get();
    record.source = &file->source_.records[i];
    file->plan(record, as_of);
  }
  return file;
}

void RecordFile::plan(Record& record, Instant as_of) const {
  if (record.source->is_duplicate) {
    record.fate = Duplicate{};
    return;
  }
  record.stages = feed_.mapping->stages(*record.source);
  const bool is_later = !record.stages.empty() && record.stages.front() > as_of;
  if (is_later) record.fate = Later{};
  else if (record.source->rejection) record.reject(*record.source->rejection);
}

FeedReport RecordFile::report() const {
  FeedReport report;
  report.feed = feed_.name;
  report.unmapped = !feed_.mapping;
  report.records = records_.size();
  for (const Record& record : records_) std::visit(Counting{report}, record.fate);
  return report;
}

}  // namespace handoff::intake
