#include "demo/sandbox.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include "core/civil.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/thread.h"
#include "demo/data_folder.h"
#include "demo/partner_process.h"
#include "demo/sandbox_clients.h"
#include "demo/summary.h"
#include "demo/welcome.h"
#include "intake/calendar.h"
#include "intake/feed.h"
#include "json/writer.h"
#include "net/certificate.h"
#include "net/server.h"
#include "serve/composition.h"
#include "serve/files.h"
#include "serve/keys.h"
#include "serve/route_files.h"
#include "serve/table_files.h"
#include "serve/telling_names_file.h"
#include "store/outbox.h"
#include "store/settings.h"

namespace handoff::gateway {
namespace {

constexpr std::string_view clock_setting = "clock";
constexpr std::chrono::seconds drain_grace{5};
constexpr std::chrono::seconds delivery_limit{60};
constexpr std::chrono::milliseconds look_at_clients{250};

// One thread takes SIGINT, SIGTERM and, except under nohup, SIGHUP (a closed terminal). Others ask stopped().
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    struct sigaction hangup = {};
    if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) sigaddset(&set_, SIGHUP);
    sigaddset(&set_, SIGUSR1);  // our own destructor ends the wait with it
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    waiter_ = start_thread("sandbox: the signal thread", [this] {
      int signal = 0;
      sigwait(&set_, &signal);
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      changed_.notify_all();
    });
  }
  ~Signals() {
    pthread_kill(waiter_.native_handle(), SIGUSR1);
    waiter_.join();
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  bool stopped() const { return stopped_; }
  // True if it was stopped within that time.
  bool wait_for(std::chrono::milliseconds time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return stopped_.load(); });
  }

 private:
  sigset_t set_;
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::thread waiter_;
};

// Everything of one run.
class Sandbox {
 public:
  Sandbox(const SandboxOptions& options, const Signals& signals)
      : options_(options), signals_(signals), folder_(options.data) {}

  Result<void> run();

 private:
  Result<Instant> as_of() const;
  Result<void> prepare();
  Result<void> start_gateway();
  Result<exchange::Endpoints> start_partners();
  Result<void> take_records(Instant as_of);
  void take_days(intake::Calendar& calendar, Instant as_of);
  void stand_at(Instant instant);
  void deliver();
  Result<void> write_sandbox_json() const;
  void print_welcome() const;
  void serve_until_stopped();
  Result<std::vector<auth::Client>> registered_clients() const;

  const SandboxOptions& options_;
  const Signals& signals_;
  DataFolder folder_;
  std::vector<SandboxOrganization> organizations_;
  std::vector<SandboxClient> clients_;
  routing::Routes routes_;
  std::shared_ptr<const consent::TellingNames> names_;
  ManualClock simulated_{Instant{}};
  SystemClock machine_;
  std::unique_ptr<PartnerProcess> partners_;
  std::unique_ptr<Gateway> gateway_;
  Seconds seconds_;
  Summary summary_;
};

Result<Instant> Sandbox::as_of() const {
  const auto span = span_of(options_.as_of);
  if (!span)
    return problem(Kind::incorrect, fmt::format("\"{}\" is not a FHIR date or dateTime", options_.as_of),
                   "--as-of");
  return options_.as_of.size() <= 10 ? span->last : span->first;
}

Result<void> Sandbox::prepare() {
  if (folder_.path().empty())
    return problem(Kind::incorrect, "the data folder cannot be made or written", "--data");
  if (!folder_.take())
    return problem(Kind::unavailable, "another sandbox runs on " + folder_.path().string(), "--data");
  if (!std::filesystem::is_directory(options_.mappings))
    return problem(Kind::not_found, "no such folder: " + options_.mappings.string(), "--mappings");
  auto routes = load_routes(options_.routes);
  if (!routes) return routes.error();
  routes_ = std::move(*routes);
  auto names = load_telling_names(options_.telling_names);
  if (!names) return names.error();
  names_ = std::move(*names);
  std::filesystem::remove(folder_.path() / "sandbox.json");  // from a run that has ended
  if (auto made = net::make_loopback_certificates(folder_.path()); !made) return made.error();
  const auto own = options_.records / "organizations.csv";
  if (!std::filesystem::is_directory(options_.records))
    return problem(Kind::not_found, "no such folder: " + options_.records.string(), "--records");
  auto organizations =
      read_organizations(std::filesystem::exists(own) ? own : options_.sample / "organizations.csv");
  if (!organizations) return organizations.error();
  organizations_ = std::move(*organizations);
  auto clients = make_clients(folder_.path(), organizations_);
  if (!clients) return clients.error();
  clients_ = std::move(*clients);
  return {};
}

Result<exchange::Endpoints> Sandbox::start_partners() {
  exchange::Endpoints endpoints;
  std::string tokens;
  json::Writer writer(tokens, json::Style::spaced);
  writer.begin_object();
  const auto secret = kept_secret(folder_.path() / "partner.key", 32);
  if (!secret) return secret.error();
  for (const SandboxOrganization& organization : organizations_) {
    const std::string token = sha256_hex(*secret + "|" + organization.id);
    writer.key(organization.id).text(token);
    endpoints[organization.id].token = token;
  }
  writer.end_object();
  if (auto written = write_file(folder_.path() / "partner-tokens.json", tokens + "\n", 0600); !written)
    return written.error();
  auto started = PartnerProcess::start(folder_.path());
  if (!started) return started.error();
  partners_ = std::move(*started);
  for (auto& [id, endpoint] : endpoints) endpoint.base = partner_base(partners_->port(), id);
  return endpoints;
}

Result<void> Sandbox::start_gateway() {
  GatewayOptions options;
  const auto ledger_key = kept_secret(folder_.path() / "ledger.key", 32);
  if (!ledger_key) return ledger_key.error();
  auto ids = id_key(folder_.path() / "id.key", folder_.path() / "handoff.db", true);
  if (!ids) return ids.error();
  auto endpoints = start_partners();
  if (!endpoints) return endpoints.error();
  options.store_file = folder_.path() / "handoff.db";
  options.ledger_key = *ledger_key;
  options.id_key = std::move(*ids);
  options.port = options_.port;
  options.certificate_file = folder_.path() / "server.pem";
  options.key_file = folder_.path() / "server.key";
  options.partner_ca_file = folder_.path() / "ca.pem";
  options.partner_addresses = {"127.0.0.1"};
  options.endpoints = std::move(*endpoints);
  options.routes = routes_;
  options.names = names_;
  auto tables = load_tables(options_.tables);
  if (!tables) return tables.error();
  options.tables = std::move(*tables);
  options.mappings_folder = options_.mappings;
  auto knowledge = Knowledge::load(options_.packages);
  if (!knowledge) return knowledge.error();
  options.knowledge = std::move(*knowledge);
  auto clients = registered_clients();
  if (!clients) return clients.error();
  options.clients = std::move(*clients);
  auto started =
      Gateway::start(std::move(options), options_.empty ? static_cast<const Clock&>(machine_) : simulated_);
  if (!started && net::is_port_taken(started.error()))
    return problem(Kind::unavailable,
                   fmt::format("port {} is taken: choose another with --port, or 0 for any", options_.port));
  if (!started) return started.error();
  gateway_ = std::move(*started);
  return {};
}

Result<std::vector<auth::Client>> Sandbox::registered_clients() const {
  auto registered = read_file(folder_.path() / clients_file_name);  // as the operator keeps it
  if (!registered) return registered.error();
  return auth::read_clients(*registered);
}

// Takes a change by `handoff client` at once, without a signal, because a closing terminal sends SIGHUP.
void Sandbox::serve_until_stopped() {
  const auto written = [this] {
    std::error_code absent;
    return std::filesystem::last_write_time(folder_.path() / clients_file_name, absent);
  };
  for (auto known = written(); !signals_.wait_for(look_at_clients);) {
    if (const auto now = written(); now == known) continue;
    else known = now;
    if (auto clients = registered_clients(); clients) gateway_->set_clients(std::move(*clients));
    else
      fmt::print(stderr, "handoff sandbox: {}: {}; the clients stay as they were\n", clients_file_name,
                 clients.error().summary());
  }
}

// The clock never goes back. The folder keeps its last time.
void Sandbox::stand_at(Instant instant) {
  if (instant <= simulated_.now()) return;
  simulated_.set(instant);
  store::Batch batch;
  batch.settings.emplace_back(std::string(clock_setting), format_instant(instant));
  if (auto written = gateway_->store().commit_and_wait(std::move(batch)); !written)
    log::warn("sandbox: the clock's time was not written");
  gateway_->dates().look();
}

void Sandbox::deliver() {
  const auto begin = std::chrono::steady_clock::now();
  if (gateway_->store().snapshot().outbox().queued() > 0) {
    gateway_->deliverer().wake();
    while (!gateway_->deliverer().wait_idle(std::chrono::milliseconds{200}) && !signals_.stopped()) {}
  }
  seconds_.deliver += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void Sandbox::take_days(intake::Calendar& calendar, Instant as_of) {
  const std::vector<CivilDate> days = calendar.days();
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  for (std::size_t i = 0; i < days.size() && !signals_.stopped(); ++i) {
    gateway_->deliverer().pause();  // a day's disclosures are decided in its evening, however long it takes
    stand_at(std::min(end_of_day(days[i]), as_of));
    {
      const auto turn = gateway_->office().turn();
      calendar.take(days[i]);
    }
    gateway_->deliverer().resume();
    deliver();
    if (terminal && (i % 10 == 0 || i + 1 == days.size()))
      fmt::print(stderr, "\r{}  day {} of {}", format_date(days[i]), i + 1, days.size());
  }
  if (terminal) fmt::print(stderr, "\n");
}

Result<void> Sandbox::take_records(Instant as_of) {
  if (const auto stood = gateway_->store().snapshot().settings().find(clock_setting))
    if (const auto span = span_of(*stood)) simulated_.set(span->first);
  as_of = std::max(as_of, simulated_.now());  // the clock is never set back
  const Earlier earlier = earlier_of(gateway_->store().snapshot());
  gateway_->start_delivering();
  deliver();  // what an interrupted run left, by the clock as it was then
  auto feeds = intake::find_feeds(options_.records, options_.mappings);
  if (!feeds) return feeds.error();
  // Other records may wait for one that a review takes in, even after all days are done.
  const auto calendar = std::make_shared<intake::Calendar>(gateway_->office());
  for (intake::Feed& feed : *feeds)
    if (auto added = calendar->add(std::move(feed), as_of); !added) return added.error();
  gateway_->reviews().set_listener([calendar](const auto& arrivals) { calendar->arrived(arrivals); });
  take_days(*calendar, as_of);
  if (!signals_.stopped()) stand_at(as_of);
  const auto deadline = std::chrono::steady_clock::now() + delivery_limit;
  while (gateway_->store().snapshot().outbox().queued() > 0 && !signals_.stopped() &&
         std::chrono::steady_clock::now() < deadline) {
    deliver();
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  seconds_.map = calendar->map_seconds();
  seconds_.load = calendar->load_seconds();
  summary_ = summarize(calendar->report(), gateway_->store().snapshot(), seconds_, earlier);
  return {};
}

Result<void> Sandbox::write_sandbox_json() const {
  const std::string text =
      sandbox_json(gateway_->base(), gateway_->token_url(), partners_->port(), organizations_, clients_);
  return write_file(folder_.path() / "sandbox.json", text);
}

void Sandbox::print_welcome() const {
  const Welcome to{folder_.path(),   gateway_->base(),          callable(options_.started_as),
                   simulated_.now(), options_.data.has_value(), is_on_path("jq")};
  fmt::print("{}", welcome_text(to, clients_, summary_, gateway_->store().snapshot()));
  std::fflush(stdout);
}

Result<void> Sandbox::run() {
  const auto until = as_of();
  if (!until) return until.error();
  if (auto prepared = prepare(); !prepared) return prepared.error();
  if (auto started = start_gateway(); !started) return started.error();
  if (!options_.empty) {
    if (auto taken = take_records(*until); !taken) return taken.error();
  } else {
    gateway_->start_delivering();
    summary_ = summarize({}, gateway_->store().snapshot(), seconds_);
  }
  if (!signals_.stopped()) {
    if (auto written = write_sandbox_json(); !written) return written.error();
    if (options_.summary)
      if (auto written = write_file(*options_.summary, to_json(summary_)); !written) return written.error();
    fmt::print("{}", to_text(summary_));
    std::fflush(stdout);
  }
  if (!options_.once && !signals_.stopped()) {
    print_welcome();
    serve_until_stopped();
  }
  if (signals_.stopped()) {
    std::signal(SIGPIPE, SIG_IGN);  // a process that read our output may have ended by the same signal
    fmt::print("{}", farewell_text(folder_.path(), options_.data.has_value()));
    std::fflush(stdout);
  }
  gateway_->drain(options_.once ? std::chrono::seconds{0} : drain_grace);
  if (options_.once && signals_.stopped())
    return problem(Kind::unavailable, "ended by a signal before the job was done");
  return {};
}

}  // namespace

int run_sandbox(const SandboxOptions& options) {
  ::umask(0077);  // no other user of this machine may read records of people
  const Signals signals;
  Sandbox sandbox(options, signals);
  const auto done = sandbox.run();
  if (done) return 0;
  fmt::print(stderr, "handoff sandbox: {}\n", done.error().summary());
  return done.error().kind == Kind::incorrect || done.error().kind == Kind::not_found ? 2 : 1;
}

}  // namespace handoff::gateway
