// The one place where threads begin. Each thread runs inside a boundary. A loop that must go on after a fault
// has its own boundaries inside.
#pragma once

#include <string>
#include <thread>
#include <utility>

#include "core/boundary.h"

namespace handoff {

// A thread that runs `body` once. In the log, `name` says whose fault it was ("net: an io thread").
template <class Body>
std::thread start_thread(std::string name, Body body) {
  return std::thread([name = std::move(name), body = std::move(body)]() mutable { runs_to_end(name, body); });
}

}  // namespace handoff
