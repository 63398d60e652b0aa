#include "serve/serve_command.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>

#include "core/boundary.h"
#include "core/civil.h"
#include "core/limits.h"
#include "core/log.h"
#include "net/certificate.h"
#include "serve/composition.h"
#include "serve/configuration.h"
#include "serve/engine.h"
#include "serve/equipment.h"
#include "serve/operations.h"

namespace handoff::gateway {
namespace {

int exit_code(const Problem& problem) {
  return problem.kind == Kind::incorrect || problem.kind == Kind::not_found ? 2 : 1;
}

void print_problem(std::string_view command, const Problem& problem) {
  for (const Issue& issue : problem.issues)
    fmt::print(stderr, "handoff {}: {}{}{}\n", command, issue.expression,
               issue.expression.empty() ? "" : ": ", issue.diagnostics);
}

// If a port is taken, the fault belongs to the setting that names it.
Problem at_port(Problem failed, const char* setting) {
  if (!net::is_port_taken(failed)) return failed;
  failed.issues.front().expression = setting;
  failed.issues.front().diagnostics += ": choose another";
  return failed;
}

// The signals that control the gateway. They are blocked before any thread is made, so that all of them
// arrive here.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  int wait() const {
    int number = 0;
    sigwait(&set_, &number);
    return number;
  }

 private:
  sigset_t set_;
};

// Takes as many descriptors as this process may have. Connections get only so many that some are left for
// everything else.
void bound_connections(GatewayOptions& options) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  const std::size_t kept_back = std::min<std::size_t>(limits::descriptors_kept_back, files.rlim_cur / 2);
  const std::size_t most = std::size_t(files.rlim_cur) - kept_back;
  if (options.connections_max <= most) return;
  log::warn(fmt::format("serve: at most {} connections, not {}: this process may have {} open files", most,
                        options.connections_max, files.rlim_cur));
  options.connections_max = most;
}

void warn_of_certificate(const std::filesystem::path& file) {
  const auto ends = net::certificate_ends(file);
  if (!ends) return;
  const Instant end = *std::min_element(ends->begin(), ends->end());
  if (end < SystemClock().now() + limits::certificate_warning)
    log::warn(fmt::format("serve: certificate {} expires at {}", file.string(), format_instant(end)));
}

// One run, from the start to the signal that ends it.
class Serving {
 public:
  explicit Serving(const ServeOptions& options) : options_(options) {}

  Result<void> start() {
    auto configuration = read_configuration(options_.config, options_.home);
    if (!configuration) return configuration.error();
    started_ = current_ = std::move(*configuration);
    set_log_level();
    auto equipped = equip(current_, true);
    if (!equipped) return equipped.error();
    bound_connections(*equipped);
    warn_of_certificate(equipped->certificate_file);
    auto gateway = Gateway::start(std::move(*equipped), clock_);
    if (!gateway) return at_port(gateway.error(), "listen_port");
    gateway_ = std::move(*gateway);
    auto operations = Operations::start(current_, gateway_->store());
    if (!operations) return at_port(operations.error(), "operations_port");
    operations_ = std::move(*operations);
    gateway_->start_delivering();
    fmt::print("handoff: ready at {}\n", gateway_->base());
    std::fflush(stdout);
    log::info(fmt::format("serve: ready on {} port {}", current_.listen_address, gateway_->port()));
    return {};
  }

  // Reads everything new before it gives up anything old. If something is wrong, everything stays as it was.
  void reload() {
    Result<void> reloaded = problem(Kind::fault, "the reload failed");
    runs_to_end("serve: a reload", [&] { reloaded = try_reload(); });
    if (reloaded) return;
    for (const Issue& issue : reloaded.error().issues)
      log::error(fmt::format("serve: not reloaded, the old configuration stays: {}: {}", issue.expression,
                             issue.diagnostics));
  }

  void stop() {
    log::info("serve: stopping");
    if (operations_) operations_->set_stopping();
    gateway_->drain(std::chrono::seconds{current_.drain_grace_s});
    operations_.reset();
    gateway_.reset();
    log::info("serve: stopped");
  }

 private:
  void set_log_level() const {
    log::set_level(options_.log_level ? *options_.log_level : current_.log_level);
  }

  Result<void> try_reload() {
    auto configuration = read_configuration(options_.config, options_.home);
    if (!configuration) return configuration.error();
    Configuration effective = *configuration;  // with the values of the start that a reload cannot change
    effective.data_folder = started_.data_folder;
    effective.ledger_key_file = started_.ledger_key_file;
    effective.id_key_file = started_.id_key_file;
    auto equipped = equip(effective, false);
    if (!equipped) return equipped.error();
    const std::size_t clients = equipped->clients.size(), endpoints = equipped->endpoints.size(),
                      routes = equipped->routes.all().size();
    GatewayChange change{equipped->certificate_file,   equipped->key_file,
                         std::move(equipped->clients), std::move(equipped->endpoints),
                         std::move(equipped->routes),  std::move(equipped->tables),
                         std::move(equipped->names),   std::move(equipped->mappings_folder)};
    if (auto taken = gateway_->reload(std::move(change)); !taken) return taken.error();
    if (auto taken = operations_->reload(effective); !taken) return taken.error();
    current_ = std::move(*configuration);
    set_log_level();
    warn_of_certificate(effective.certificate_file);
    for (const Setting& setting : settings())
      if (!setting.reloads && !same(setting, started_, current_))
        log::warn(fmt::format("serve: {} has changed: this needs a restart", setting.name));
    log::info(
        fmt::format("serve: reloaded: {} clients, {} endpoints, {} routes", clients, endpoints, routes));
    return {};
  }

  const ServeOptions& options_;
  SystemClock clock_;
  Configuration started_, current_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<Operations> operations_;
};

// Checks what only a start finds out: the port, the store's lock and its schema.
void check_start(const GatewayOptions& options, Problem& found) {
  const auto add = [&found](std::string setting, std::string reason) {
    found.issues.push_back(problem(Kind::incorrect, std::move(reason), std::move(setting)).issues.front());
  };
  net::ServerOptions http;
  http.address = options.address;
  http.port = options.port;
  http.certificate_file = options.certificate_file;
  http.key_file = options.key_file;
  if (auto started = net::Server::start(http,
                                        [](net::Request, net::Reply reply) {
                                          reply({503, {}, {}});
                                        });
      !started)
    add("listen_port", started.error().summary());
  if (!std::filesystem::exists(options.store_file)) return;
  const auto lock = engine().lock(options.store_file);
  if (!lock) add("data_folder", options.store_file.string() + " is in use by another process");
  const auto schema = engine().schema_of(options.store_file);
  if (!schema) add("data_folder", schema.error().summary());
  else if (*schema > engine().newest_schema())
    add("data_folder", fmt::format("{} was written by a newer program (schema {}, this one knows {})",
                                   options.store_file.string(), *schema, engine().newest_schema()));
}

}  // namespace

int run_serve(const ServeOptions& options) {
  ::umask(0077);  // no other user of this machine may read records of people
  const Signals signals;
  Serving serving(options);
  if (auto started = serving.start(); !started)
    return print_problem("serve", started.error()), exit_code(started.error());
  while (signals.wait() == SIGHUP) serving.reload();
  serving.stop();
  return 0;
}

int run_check(const ServeOptions& options, bool running) {
  const auto configuration = read_configuration(options.config, options.home);
  if (!configuration) return print_problem("check", configuration.error()), 2;
  const auto equipped = equip(*configuration, false);
  if (!equipped) return print_problem("check", equipped.error()), 2;
  Problem found{Kind::incorrect, {}};
  if (!running) check_start(*equipped, found);
  if (!found.issues.empty()) return print_problem("check", found), 2;
  fmt::print("ok\n");
  return 0;
}

}  // namespace handoff::gateway
