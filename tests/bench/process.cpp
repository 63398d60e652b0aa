#include "process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace handoff::bench {

ServerProcess::ServerProcess(std::vector<std::string> arguments) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process");
  if (process_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    std::vector<char*> words{const_cast<char*>("handoff_bench")};
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    ::execv("/proc/self/exe", words.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  FILE* const said = ::fdopen(out[0], "r");
  int port = 0;
  const bool listens = said && std::fscanf(said, "%d", &port) == 1;
  if (said) std::fclose(said);
  if (!listens) throw std::runtime_error("a server did not start: " + arguments.front());
  port_ = std::uint16_t(port);
}

ServerProcess::~ServerProcess() {
  if (process_ < 0) return;
  ::close(input_);
  ::waitpid(process_, nullptr, 0);
}

void ServerProcess::end() {
  int status = 0;
  ::close(input_);
  ::waitpid(process_, &status, 0);
  process_ = -1;
  if (status != 0) throw std::runtime_error("a server did not end well");
}

double ServerProcess::cpu_us() const {
  clockid_t clock;
  timespec used{};
  if (::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &used) != 0)
    throw std::runtime_error("the server has ended");
  return double(used.tv_sec) * 1e6 + double(used.tv_nsec) / 1e3;
}

double ServerProcess::resident_mb() const {
  std::ifstream status("/proc/" + std::to_string(process_) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  throw std::runtime_error("the server has ended");
}

void announce_and_wait(std::uint16_t port) {
  std::printf("%d\n", int(port));
  std::fflush(stdout);
  char byte = 0;
  while (::read(0, &byte, 1) > 0) {}
}

}  // namespace handoff::bench
