#include "partner.h"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <csignal>
#include <iostream>
#include <map>
#include <mutex>
#include <set>

#include "core/log.h"
#include "core/text.h"
#include "files.h"
#include "json/document.h"
#include "net/server.h"

namespace handoff::gateway {
namespace {

constexpr std::size_t message_bytes_max = 16u << 20;

struct Inbox {
  std::string token;
  std::size_t count = 0;
  std::set<std::string> identifiers;  // of messages that are on disk
};

std::string identifier_of(std::string_view body) {
  const auto parsed = json::parse(body);
  return parsed ? std::string(parsed->root()["identifier"]["value"].text()) : std::string();
}

class Partners {
 public:
  explicit Partners(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<void> load(const std::filesystem::path& tokens) {
    auto text = read_file(tokens);
    if (!text) return text.error();
    auto parsed = json::parse(*text);
    if (!parsed) return parsed.error();
    for (const json::Member& member : parsed->root().members()) {
      Inbox inbox;
      inbox.token = member.value.text();
      remember_received(folder_ / member.key, inbox);
      inboxes_.emplace(std::string(member.key), std::move(inbox));
    }
    return {};
  }

  // POST /<organization>/fhir/Bundle
  net::Response receive(const net::Request& request) {
    const auto parts = split(request.target, '/');
    const std::lock_guard hold(mutex_);
    const auto inbox = parts.size() == 4 ? inboxes_.find(parts[1]) : inboxes_.end();
    if (inbox == inboxes_.end() || parts[2] != "fhir" || parts[3] != "Bundle") return {404, {}, {}};
    if (request.header("authorization") != "Bearer " + inbox->second.token) return {401, {{"WWW-Authenticate", "Bearer"}}, {}};
    if (request.method != "POST") return {405, {{"Allow", "POST"}}, {}};
    const std::string identifier = identifier_of(request.body);
    if (identifier.empty()) return {422, {}, {}};
    if (inbox->second.identifiers.contains(identifier)) return {200, {}, {}};
    const auto file = folder_ / inbox->first / fmt::format("{}.json", inbox->second.count + 1);
    if (auto written = write_file(file, request.body); !written) return {503, {{"Retry-After", "1"}}, {}};
    ++inbox->second.count;
    inbox->second.identifiers.insert(identifier);
    return {201, {}, {}};
  }

 private:
  static void remember_received(const std::filesystem::path& folder, Inbox& inbox) {
    std::filesystem::create_directories(folder);
    for (;; ++inbox.count) {
      const auto text = read_file(folder / fmt::format("{}.json", inbox.count + 1));
      if (!text) return;
      inbox.identifiers.insert(identifier_of(*text));
    }
  }

  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, Inbox, std::less<>> inboxes_;
};

}  // namespace

int run_partner(const std::filesystem::path& data) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  Partners partners(data / "received");
  if (auto loaded = partners.load(data / "partner-tokens.json"); !loaded) {
    log::error("partner: " + loaded.error().summary());
    return 2;
  }
  net::ServerOptions options;
  options.certificate_file = data / "server.pem";
  options.key_file = data / "server.key";
  options.body_bytes_max = message_bytes_max;
  auto server =
      net::Server::start(std::move(options), [&partners](net::Request request, net::Reply reply) { reply(partners.receive(request)); });
  if (!server) {
    log::error("partner: " + server.error().summary());
    return 1;
  }
  std::cout << (*server)->port() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->drain(std::chrono::seconds{2});
  return 0;
}

}  // namespace handoff::gateway
