// Where what was thrown ends: the boundary of a thread, a callback, C code. Everything that runs on a thread of ours, or is called by a
// library, runs within one, so that no exception can end the process.
#pragma once

#include <string_view>

namespace handoff {

// Logs what is being handled, as "WHERE: what". For a catch block. Never throws.
void log_caught(std::string_view where) noexcept;

// Runs `work`. Gives whether it came to its end; what it threw is logged and goes no further.
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
