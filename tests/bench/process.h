// A server in a process of its own, so that its CPU time and memory are its alone: this program again, with other arguments.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace handoff::bench {

// Throws std::runtime_error where the process does not start or has ended. Ends it when it goes.
class ServerProcess {
 public:
  // The process prints its port, on a line of its own, once it listens, and ends when its input does.
  explicit ServerProcess(std::vector<std::string> arguments);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::uint16_t port() const { return port_; }
  double cpu_us() const;  // user and system time so far
  double resident_mb() const;
  void end();  // throws where it did not end well

 private:
  pid_t process_ = -1;
  int input_ = -1;
  std::uint16_t port_ = 0;
};

// What such a process does after it began to listen.
void announce_and_wait(std::uint16_t port);

}  // namespace handoff::bench
