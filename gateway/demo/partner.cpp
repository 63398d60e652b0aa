#include "demo/partner.h"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <csignal>
#include <iostream>

#include "core/log.h"
#include "core/text.h"
#include "core/thread.h"
#include "json/document.h"
#include "net/server.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

constexpr std::size_t message_bytes_max = 16u << 20;
constexpr std::size_t pull_threads = 4;
constexpr std::size_t pulls_waiting_max = 64;  // above this, a sender tries again later
// A pull makes three calls at most, and the sender gives up after limits::delivery_timeout.
constexpr std::chrono::seconds pull_connect_timeout{2};
constexpr std::chrono::seconds pull_timeout{8};

net::Response answer(unsigned status) {
  if (status == 503) return {status, {{"Retry-After", "1"}}, {}};
  if (status == 401) return {status, {{"WWW-Authenticate", "Bearer"}}, {}};
  if (status == 405) return {status, {{"Allow", "POST"}}, {}};
  return {status, {}, {}};
}

}  // namespace

Partners::Partners(std::filesystem::path data, const Clock& machine)
    : data_(std::move(data)), puller_(data_, machine) {
  for (std::size_t i = 0; i < pull_threads; ++i)
    threads_.push_back(start_thread("partner: a puller", [this] { run(); }));
}

Partners::~Partners() { stop(); }

void Partners::stop() {
  std::deque<Pull> left;
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
    left.swap(waiting_);
  }
  changed_.notify_all();
  for (const Pull& pull : left) pull.reply(answer(503));
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

Result<void> Partners::load() {
  auto text = read_file(data_ / "partner-tokens.json");
  if (!text) return text.error();
  auto parsed = json::parse(*text);
  if (!parsed) return parsed.error();
  const std::lock_guard hold(mutex_);
  for (const json::Member& member : parsed->root().members()) {
    Inbox inbox;
    inbox.token = member.value.text();
    remember_received(data_ / "received" / member.key, inbox);
    inboxes_.emplace(std::string(member.key), std::move(inbox));
  }
  return {};
}

void Partners::remember_received(const std::filesystem::path& folder, Inbox& inbox) const {
  std::filesystem::create_directories(folder);
  for (;; ++inbox.count) {
    const auto text = read_file(folder / fmt::format("{}.json", inbox.count + 1));
    if (!text) return;
    const auto parsed = json::parse(*text);
    if (!parsed) continue;
    const json::Value identifier = parsed->root()["identifier"];
    auto& known = identifier["system"].text() == pulled_for_system ? inbox.pulled : inbox.identifiers;
    known.emplace(identifier["value"].text());
  }
}

void Partners::receive(const net::Request& request, net::Reply reply) {
  Inboxes::value_type* const inbox = find_inbox(request.target);
  if (!inbox) return reply(answer(404));
  if (request.header("authorization") != "Bearer " + inbox->second.token) return reply(answer(401));
  if (request.method != "POST") return reply(answer(405));
  if (const unsigned status = take(*inbox, request, reply)) reply(answer(status));
}

Partners::Inboxes::value_type* Partners::find_inbox(std::string_view target) {
  const auto parts = split(target, '/');
  if (parts.size() != 4 || parts[2] != "fhir" || parts[3] != "Bundle") return nullptr;
  // load() fills the map. Later only the content of inboxes changes.
  const auto found = inboxes_.find(parts[1]);
  return found == inboxes_.end() ? nullptr : &*found;
}

unsigned Partners::take(Inboxes::value_type& inbox, const net::Request& request, net::Reply& reply) {
  const auto parsed = json::parse(request.body);
  if (!parsed) return 422;
  const std::string identifier(parsed->root()["identifier"]["value"].text());
  if (identifier.empty()) return 422;
  const bool notifies = parsed->root()["type"].text() == "history";
  auto notice = notifies ? read_notice(parsed->root()) : Result<Notice>(Notice{});
  if (!notice) return 422;
  const std::lock_guard hold(mutex_);
  Inbox& box = inbox.second;
  const bool known = box.identifiers.contains(identifier);
  if (!known) {
    if (!write_next(inbox, request.body)) return 503;
    box.identifiers.insert(identifier);
  }
  if (notifies && !notice->base.empty()) return take_notice(inbox, std::move(*notice), reply);
  return known ? 200 : 201;  // a notice that names nothing needs no pull
}

unsigned Partners::take_notice(Inboxes::value_type& inbox, Notice notice, net::Reply& reply) {
  Inbox& box = inbox.second;
  if (box.pulled.contains(notice.identifier)) return 200;
  if (stopping_ || box.pulling.contains(notice.identifier) || waiting_.size() >= pulls_waiting_max)
    return 503;
  box.pulling.insert(notice.identifier);
  waiting_.push_back({&inbox, std::move(notice), std::move(reply)});
  changed_.notify_one();
  return 0;
}

bool Partners::write_next(Inboxes::value_type& inbox, std::string_view bytes) {
  const auto file = data_ / "received" / inbox.first / fmt::format("{}.json", inbox.second.count + 1);
  if (!write_file(file, bytes)) return false;
  ++inbox.second.count;
  return true;
}

void Partners::run() {
  net::ClientOptions options;
  options.ca_file = data_ / "ca.pem";
  options.allowed_addresses = {"127.0.0.1"};
  options.connect_timeout = pull_connect_timeout;
  options.timeout = pull_timeout;
  options.stop = &stopping_;
  net::Client http(options);
  std::unique_lock hold(mutex_);
  for (;;) {
    changed_.wait(hold, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Pull pull = std::move(waiting_.front());
    waiting_.pop_front();
    hold.unlock();
    Result<std::string> pulled = problem(Kind::fault, "the pull failed");
    runs_to_end("partner: a pull", [&] { pulled = puller_.pull(http, pull.inbox->first, pull.notice); });
    hold.lock();
    unsigned status = 503;
    runs_to_end("partner: what was pulled", [&] { status = finish(pull, pulled); });
    hold.unlock();
    runs_to_end("partner: an answer", [&] { pull.reply(answer(status)); });
    hold.lock();
  }
}

unsigned Partners::finish(Pull& pull, const Result<std::string>& pulled) {
  Inbox& box = pull.inbox->second;
  box.pulling.erase(pull.notice.identifier);
  if (!pulled)
    log::warn(fmt::format("partner {}: nothing pulled: {}", pull.inbox->first, pulled.error().summary()));
  const bool never =
      !pulled && (pulled.error().kind == Kind::not_found || pulled.error().kind == Kind::forbidden);
  if (!pulled && !never) return 503;
  if (pulled && !write_next(*pull.inbox, *pulled)) return 503;
  box.pulled.insert(pull.notice.identifier);
  return 201;
}

int run_partner(const std::filesystem::path& data) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  const SystemClock machine;
  Partners partners(data, machine);
  if (auto loaded = partners.load(); !loaded) {
    log::error("partner: " + loaded.error().summary());
    return 2;
  }
  net::ServerOptions options;
  options.certificate_file = data / "server.pem";
  options.key_file = data / "server.key";
  options.body_bytes_max = message_bytes_max;
  auto server = net::Server::start(std::move(options), [&partners](net::Request request, net::Reply reply) {
    partners.receive(request, std::move(reply));
  });
  if (!server) {
    log::error("partner: " + server.error().summary());
    return 1;
  }
  std::cout << (*server)->port() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->drain(std::chrono::seconds{2});
  partners.stop();
  return 0;
}

}  // namespace handoff::gateway
