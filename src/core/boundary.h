// The place where exceptions end: the boundary of a thread, a callback, C code. Everything that runs on a
// thread of ours, or that a library calls, runs inside a boundary, so that no exception can end the process.
#pragma once

#include <string_view>

namespace handoff {

// Logs the exception that is being handled, as "WHERE: what". For a catch block. Never throws.
void log_caught(std::string_view where) noexcept;

// Runs `work`. Returns true if it came to its end. An exception is logged and stops here.
template <class Work>
bool runs_to_end(std::string_view where, Work&& work) noexcept {
  try {
    work();
    return true;
  } catch (...) {
    log_caught(where);
    return false;
  }
}

}  // namespace handoff
