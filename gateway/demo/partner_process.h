// Runs the partners as a child process of the same binary.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/result.h"

namespace handoff::gateway {

// Life: runs from start() until this object is destroyed, which sends SIGTERM and waits. The child also ends
// when this process ends, in whatever way.
class PartnerProcess {
 public:
  static Result<std::unique_ptr<PartnerProcess>> start(const std::filesystem::path& data);
  ~PartnerProcess();
  std::uint16_t port() const { return port_; }

 private:
  PartnerProcess(pid_t child, std::uint16_t port) : child_(child), port_(port) {}
  pid_t child_;
  std::uint16_t port_;
};

}  // namespace handoff::gateway
