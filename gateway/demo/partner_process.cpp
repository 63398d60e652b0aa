#include "demo/partner_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include <csignal>
#include <string>

#include "core/limits.h"
#include "core/number.h"

namespace handoff::gateway {
namespace {

// The child's first line, which is its port. Empty if the child ended first.
std::string first_line(int descriptor) {
  std::string line;
  char c = 0;
  while (line.size() < 16 && ::read(descriptor, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

[[noreturn]] void become_partner(const char* data, int output) {
  ::dup2(output, STDOUT_FILENO);
  const char* const arguments[] = {"handoff", "partner", "--data", data, nullptr};
  ::execv("/proc/self/exe", const_cast<char* const*>(arguments));
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<PartnerProcess>> PartnerProcess::start(const std::filesystem::path& data) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return problem(Kind::unavailable, "no pipe for the partner process");
  const std::string folder = data.string();  // before fork: the child must not allocate
  const pid_t child = ::fork();
  if (child == 0) become_partner(folder.c_str(), ends[1]);
  ::close(ends[1]);
  const std::string line = child > 0 ? first_line(ends[0]) : std::string();
  ::close(ends[0]);
  const auto port = parse_number<std::uint16_t>(line).value_or(0);
  if (port == 0) {
    if (child > 0) ::waitpid(child, nullptr, 0);
    return problem(Kind::unavailable, "the partner process did not start");
  }
  return std::unique_ptr<PartnerProcess>(new PartnerProcess(child, port));
}

// A child that does not end when asked, because it is stopped or hangs, is killed.
PartnerProcess::~PartnerProcess() {
  ::kill(child_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + limits::client_stop_grace;
  while (::waitpid(child_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= deadline) ::kill(child_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

}  // namespace handoff::gateway
