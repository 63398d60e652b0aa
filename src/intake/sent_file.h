// A file of program records that was sent. It is not replayed day by day: each record is taken in with its
// newest state, in the order of the first days.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "intake/intake.h"
#include "intake/record_file.h"

namespace handoff::intake {

// One thread at a time. It must hold the office's turn while it takes records in. The office must outlive it.
class SentFile {
 public:
  // Problem: incorrect (the file itself).
  static Result<std::unique_ptr<SentFile>> read(const Office& office, Mode mode,
                                                std::shared_ptr<const mapping::Mapping> mapping,
                                                std::string bytes);

  // Takes in up to `count` of the remaining records. False: none remains. Problem: unavailable, busy (the
  // store). Then nothing of this call is lost, and it may be called again.
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
