// Shows the progress of long work: one line on a terminal that is overwritten, nothing in a pipe.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace handoff::gateway {

// One thread at a time.
class Progress {
 public:
  // `total` 0 means unknown.
  explicit Progress(std::string doing, std::size_t total = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void set_total(std::size_t total) { total_ = total; }
  void show(std::size_t done);
  void clear();  // call it before anything else is written to the terminal

 private:
  const std::string doing_;
  std::size_t total_;
  const bool terminal_;
  std::chrono::steady_clock::time_point shown_{};
};

}  // namespace handoff::gateway
