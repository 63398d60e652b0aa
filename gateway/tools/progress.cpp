#include "tools/progress.h"

#include <fmt/format.h>
#include <unistd.h>

namespace handoff::gateway {
namespace {

constexpr std::chrono::milliseconds between{100};
constexpr std::size_t bar_width = 30;

}  // namespace

Progress::Progress(std::string doing, std::size_t total)
    : doing_(std::move(doing)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (terminal_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::show(std::size_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - shown_ < between) return;
  shown_ = now;
  if (total_ == 0) return fmt::print(stderr, "\r\x1b[K{} {}", doing_, done);
  const std::size_t filled = std::min(bar_width, bar_width * done / total_);
  fmt::print(stderr, "\r\x1b[K{} [{:<{}}] {} of {}", doing_, std::string(filled, '='), bar_width, done,
             total_);
}

}  // namespace handoff::gateway
