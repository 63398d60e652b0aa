// A server in a process of its own, so that its CPU time and memory are only its own. The process is this
// program again, with other arguments.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace handoff::bench {

// Throws std::runtime_error if the process does not start or has ended. The destructor ends the process.
class ServerProcess {
 public:
  // The process prints its port on a line of its own after it begins to listen. It ends when its input ends.
  explicit ServerProcess(std::vector<std::string> arguments);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::uint16_t port() const { return port_; }
  double cpu_us() const;  // user and system time so far
  double resident_mb() const;
  void end();  // throws if it did not end well

 private:
  pid_t process_ = -1;
  int input_ = -1;
  std::uint16_t port_ = 0;
};

// What this process does after it began to listen.
void announce_and_wait(std::uint16_t port);

}  // namespace handoff::bench
