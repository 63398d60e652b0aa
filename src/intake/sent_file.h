// A file of program records that was sent. Days do not count: each record is taken in as it stands at the
// end, in the order of their first days.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "intake/intake.h"
#include "intake/record_file.h"

namespace handoff::intake {

// One thread at a time, which has the office's turn where it takes records in. The office outlives it.
class SentFile {
 public:
  // Problem: incorrect (the file as such).
  static Result<std::unique_ptr<SentFile>> read(const Office& office, Mode mode,
                                                std::shared_ptr<const mapping::Mapping> mapping,
                                                std::string bytes);

  // Takes in up to `count` of the records that are left. False: none is left. Problem: unavailable, busy (the
  // store): none of what this call began is lost, and it may be called again.
  Result<bool> take_some(std::size_t count);
  std::size_t records() const { return file_->records().size(); }
  std::size_t left() const { return queue_.size() - next_; }
  FeedReport report() const { return file_->report(); }
  const Woken& woken() const { return intake_.woken(); }

 private:
  SentFile(const Office& office, Mode mode, std::unique_ptr<RecordFile> file);

  const Office& office_;
  Intake intake_;
  const std::unique_ptr<RecordFile> file_;
  std::vector<Record*> queue_;
  std::size_t next_ = 0;  // of the queue
};

}  // namespace handoff::intake
