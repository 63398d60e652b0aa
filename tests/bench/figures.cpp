#include "figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "../shared_folder.h"
#include "data.h"
#include "expressions.h"
#include "gateway_server.h"
#include "net/certificate.h"
#include "store_limits.h"
#include "validations.h"

namespace handoff::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t commit_resources = 20'480;  // in a round of L3
constexpr std::size_t transaction_entries = 100;

std::string us(double value) { return fmt::format("{:.1f} us", value); }
std::string percent(double ratio) { return fmt::format("{:.0f} %", ratio * 100); }

}  // namespace

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print_table(const std::vector<Figure>& figures) {
  fmt::print("| figure | gateway | limit | ratio | target | |\n|---|---|---|---|---|---|\n");
  for (const Figure& f : figures)
    fmt::print("| {} | {} | {} | {} | {} | {} |\n", f.name, f.ours, f.limit, f.ratio ? percent(*f.ratio) : "",
               f.target, f.reached ? (*f.reached ? "reached" : "missed") : "");
}

// The servers of L1 and L2. They run as long as the run does.
struct Run::Limits {
  explicit Limits(const fs::path& data)
      : l1({"fixed", std::to_string(condition_bytes), data.string()}),
        l2({"fixed", std::to_string(20 * (condition_bytes + 256)), data.string()}) {}
  ServerProcess l1, l2;
};

Run::Run(Settings settings) : settings_(std::move(settings)) {
  fs::create_directories(settings_.data);
  if (auto made = net::make_loopback_certificates(settings_.data); !made)
    throw std::runtime_error(made.error().summary());
  make_client_key(settings_.data);
  client_ = std::make_unique<Client>(settings_.data / "ca.pem");
  limits_ = std::make_unique<Limits>(settings_.data);
}

Run::~Run() = default;

bool Run::wanted(const std::string& name) const { return name.find(settings_.only) != name.npos; }

fs::path Run::scratch_of(std::size_t resources) {
  const fs::path scratch = settings_.data / "scratch.db";
  for (const auto& entry : fs::directory_iterator(settings_.data))
    if (entry.path().filename().string().starts_with("scratch.db")) fs::remove(entry.path());
  fs::copy_file(prepared_store(settings_.data, resources), scratch);
  return scratch;
}

std::unique_ptr<ServerProcess> Run::gateway(const fs::path& store, const fs::path& package) const {
  std::vector<std::string> words = {"gateway", store.string(), settings_.data.string()};
  if (!package.empty()) words.push_back(package.string());
  return std::make_unique<ServerProcess>(std::move(words));
}

// Runs the gateway and its limit in turn; each goes first equally often. Takes the medians of both and of
// their ratio.
void Run::pairs(const std::string& name, const ServerProcess& server, Load load, const Against& against) {
  if (!wanted(name)) return;
  fmt::print(stderr, "bench: {}\n", name);
  load.length = settings_.round_length;
  const std::size_t weight = load.weight;
  std::vector<double> ours, limits, ratios, rates, limit_rates, p50s, p99s;
  const auto run_ours = [&] {
    const Measured m = client_->run(server, load);
    ours.push_back(m.cpu_us), rates.push_back(m.rate), p50s.push_back(m.p50_us), p99s.push_back(m.p99_us);
  };
  const auto run_limit = [&] {
    if (against.limit == "L3") {
      const Limit limit = bare_group_commit(settings_.data, commit_resources);
      limits.push_back(limit.cpu_us), limit_rates.push_back(limit.rate);
      return;
    }
    Load fixed = load;
    fixed.status = 200, fixed.weight = 1;
    const Measured m = client_->run(against.limit == "L1" ? limits_->l1 : limits_->l2, fixed);
    limits.push_back(m.cpu_us), limit_rates.push_back(m.rate);
  };
  for (std::size_t round = 0; round < settings_.rounds; ++round) {
    if (round % 2 == 0) run_ours(), run_limit();
    else run_limit(), run_ours();
    ratios.push_back(limits.back() / ours.back());
  }
  const double ratio = median(ratios);
  figures_.push_back(
      {name,
       fmt::format("{} CPU, {:.0f}/s, p50 {:.2f} ms, p99 {:.2f} ms", us(median(ours)), median(rates),
                   median(p50s) / 1000, median(p99s) / 1000),
       fmt::format("{} {}, {:.0f}/s", against.limit, us(median(limits)), median(limit_rates)), ratio,
       fmt::format(">= {} of {}{}", percent(against.least), against.limit, weight > 1 ? " per resource" : ""),
       ratio >= against.least});
}

void Run::reads(std::size_t resources, const ServerProcess& server) {
  const std::size_t persons = resources / resources_of_person;
  const auto reading = [&](const std::string& client, std::size_t of_persons, bool consented) {
    Load load;
    load.body_bytes_min = condition_bytes;
    load.request = [token = token_of(*client_, server.port(), settings_.data, client),
                    random = std::make_shared<std::mt19937_64>(7), of_persons, consented](std::uint64_t) {
      std::size_t person = (*random)() % of_persons;
      if (consented && !consents_to_wide(person)) --person;
      return http_request(
          "GET", "/fhir/Condition/" + condition_id(person, (*random)() % conditions_of_person), token);
    };
    return load;
  };
  const double least = resources > 100'000 ? 0.50 : 0.60;
  pairs(fmt::format("read, operator, {} resources", resources), server, reading("op", persons, false),
        {"L1", least});
  pairs(fmt::format("read, consent of 90 %, {} resources", resources), server, reading("wide", persons, true),
        {"L1", least});
  pairs(fmt::format("read, consent of 10 patients, {} resources", resources), server,
        reading("few", 10, false), {"L1", least});
}

void Run::searches(std::size_t resources, const ServerProcess& server) {
  const std::size_t persons = resources / resources_of_person;
  const auto asking = [&](const std::string& client, std::function<std::string(std::mt19937_64&)> target,
                          std::size_t bytes) {
    Load load;
    load.body_bytes_min = bytes;
    load.request = [token = token_of(*client_, server.port(), settings_.data, client),
                    random = std::make_shared<std::mt19937_64>(11), target = std::move(target)](
                       std::uint64_t) { return http_request("GET", target(*random), token); };
    return load;
  };
  const auto one = [persons](std::mt19937_64& random) {
    std::size_t person = random() % persons;
    if (!consents_to_wide(person)) --person;
    return "/fhir/Condition?identifier=https://bench.example.org/condition%7C" +
           condition_id(person, random() % conditions_of_person);
  };
  const auto newest = [](std::mt19937_64& random) {
    return "/fhir/Condition?code=http://hl7.org/fhir/sid/icd-10-cm%7C" + code_of(random());
  };
  for (const auto& [client, words] : {std::pair("op", "operator"), {"wide", "consent of 90 %"}}) {
    pairs(fmt::format("search by identifier, {}, {} resources", words, resources), server,
          asking(client, one, condition_bytes), {"L1", 0.60});
    pairs(fmt::format("newest 20 of a token, {}, {} resources", words, resources), server,
          asking(client, newest, 20 * condition_bytes), {"L2", 0.65});
  }
}

void Run::writes(std::size_t resources, const ServerProcess& server) {
  const std::size_t persons = resources / resources_of_person;
  const std::string token = token_of(*client_, server.port(), settings_.data, "op");
  Load load;
  load.status = 201;
  load.connections = 128;
  load.request = [this, token, persons](std::uint64_t) {
    const std::uint64_t number = ++made_;
    return http_request("POST", "/fhir/Condition", token,
                        condition_text("", number % persons, fmt::format("new-{}", number)));
  };
  pairs(fmt::format("durable create, 128 clients, {} resources", resources), server, load, {"L3", 0.45});
  lone_create(resources, server, token);
  transactions(resources, server, token);
}

// The time that a create takes above a POST that does nothing, in syncs of the disk.
void Run::lone_create(std::size_t resources, const ServerProcess& server, const std::string& token) {
  const std::string name = fmt::format("lone create, {} resources", resources);
  if (!wanted(name)) return;
  Load load;
  load.connections = 1;
  load.length = settings_.round_length;
  load.request = [this, token](std::uint64_t) {
    const std::uint64_t number = ++made_;
    return http_request("POST", "/fhir/Condition", token,
                        condition_text("", number % 10, fmt::format("new-{}", number)));
  };
  std::vector<double> ours, fixed, syncs, above;
  for (std::size_t round = 0; round < settings_.rounds; ++round) {
    load.status = 201;
    ours.push_back(client_->run(server, load).p50_us);
    load.status = 200;
    fixed.push_back(client_->run(limits_->l1, load).p50_us);
    syncs.push_back(fdatasync_p50_us(settings_.data, 500));
    above.push_back((ours.back() - fixed.back()) / syncs.back());
  }
  figures_.push_back({name, fmt::format("p50 {}", us(median(ours))),
                      fmt::format("POST {}, fdatasync {}", us(median(fixed)), us(median(syncs))),
                      std::nullopt, fmt::format("<= 4 fdatasync above the POST: {:.1f}", median(above)),
                      median(above) <= 4});
}

void Run::transactions(std::size_t resources, const ServerProcess& server, const std::string& token) {
  const std::size_t persons = resources / resources_of_person;
  Load load;
  load.connections = 8;
  load.weight = transaction_entries;
  load.request = [this, token, persons](std::uint64_t) {
    std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
    for (std::size_t i = 0; i < transaction_entries; ++i) {
      const std::uint64_t number = ++made_;
      bundle +=
          fmt::format(R"({}{{"resource":{},"request":{{"method":"POST","url":"Condition"}}}})",
                      i == 0 ? "" : ",", condition_text("", number % persons, fmt::format("new-{}", number)));
    }
    return http_request("POST", "/fhir", token, bundle + "]}");
  };
  pairs(fmt::format("transaction of 100, 8 clients, {} resources", resources), server, load, {"L3", 0.60});
  const std::string name = fmt::format("transaction of 100, one client, {} resources", resources);
  if (!wanted(name)) return;
  load.connections = 1;
  load.length = settings_.round_length;
  std::vector<double> took;
  for (std::size_t round = 0; round < settings_.rounds; ++round)
    took.push_back(client_->run(server, load).p50_us / 1000);
  figures_.push_back({name, fmt::format("p50 {:.1f} ms", median(took)), "", std::nullopt, "p50 <= 15 ms",
                      median(took) <= 15});
}

// The time from the program's start to the first answer over TLS.
double Run::start_ms(const fs::path& store, const fs::path& package, double& memory_mb) const {
  const auto begun = std::chrono::steady_clock::now();
  const auto server = gateway(store, package);
  client_->ask(server->port(), http_request("GET", "/fhir/metadata", ""), 200);
  const double took =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  memory_mb = server->resident_mb();
  server->end();
  return took;
}

void Run::start_with(const std::string& package) {
  const std::string name = "start to first answer, with " + package;
  const fs::path file = shared_folder() / "testdata/packages" / (package + ".tgz");
  if (!wanted(name) || !fs::exists(file)) return;
  std::vector<double> took;
  double memory = 0;
  for (std::size_t round = 0; round < settings_.rounds; ++round)
    took.push_back(start_ms(settings_.data / "scratch-package.db", file, memory));
  figures_.push_back({name, fmt::format("{:.0f} ms, {:.0f} MB", median(took), memory), "", std::nullopt,
                      "< 300 ms", median(took) < 300});
}

void Run::start(std::size_t resources) {
  const std::string name = fmt::format("start to first answer, {} resources", resources);
  if (!wanted(name)) return;
  const fs::path store = resources == 0 ? settings_.data / "scratch-empty.db" : scratch_of(resources);
  std::vector<double> took, memory;
  for (std::size_t round = 0; round < settings_.rounds; ++round) {
    took.push_back(start_ms(store, {}, memory.emplace_back()));
  }
  const double most = resources > 100'000 ? 100 : 50;
  figures_.push_back({name, fmt::format("{:.0f} ms", median(took)), "", std::nullopt,
                      fmt::format("<= {:.0f} ms", most), median(took) <= most});
  if (resources == 0)
    figures_.push_back({"resident memory, empty", fmt::format("{:.0f} MB", median(memory)), "", std::nullopt,
                        "<= 30 MB", median(memory) <= 30});
}

void Run::storage(std::size_t resources) {
  const std::string name = fmt::format("storage of {} resources", resources);
  if (!wanted(name)) return;
  const Sizes sizes = sizes_of(prepared_store(settings_.data, resources));
  const double each = sizes.file_bytes / double(sizes.resources);
  figures_.push_back({name,
                      fmt::format("{:.0f} bytes each; bodies {:.0f}; {:.0f} index rows of a Condition", each,
                                  sizes.body_bytes / double(sizes.resources), sizes.index_rows),
                      "", std::nullopt, "<= 4,800 bytes each", each <= 4800});
}

void Run::limits_alone() {
  if (!wanted("limits alone")) return;
  BareStore bare(settings_.data, 100'000);
  const Limit reads = bare.point_reads(100'000), searches = bare.ordered_searches(10'000);
  const Limit parses = in_place_parses(condition_text("a", 1, "a"), 20'000);
  for (const auto& [name, limit] : {std::pair("L4 point read of SQLite", reads),
                                    {"L5 20 of a token in order", searches},
                                    {"L6 parse in place", parses}})
    figures_.push_back({name, "", fmt::format("{}, {:.0f}/s", us(limit.cpu_us), limit.rate), std::nullopt, "",
                        std::nullopt});
}

void Run::expressions() {
  const std::string name = "FHIRPath name.where(use='official').given";
  if (!wanted(name)) return;
  const double took = evaluation_us(settings_.rounds);
  figures_.push_back({name, fmt::format("{:.2f} us", took), "", std::nullopt, "< 1 us", took < 1});
}

void Run::validations() {
  const std::string name = "validation of a 3 KB Patient, all invariants";
  if (!wanted(name)) return;
  const Preparation took = prepare_patient(settings_.rounds);
  figures_.push_back({name, us(took.validation_us), "", std::nullopt, "< 100 us", took.validation_us < 100});
  const double parse_us = in_place_parses(patient_text(), 20'000).cpu_us;
  const double parses = (took.validation_us + took.extraction_us) / parse_us;
  figures_.push_back({"its validation and index rows",
                      fmt::format("{} = {:.0f} parses", us(took.validation_us + took.extraction_us), parses),
                      "L6 " + us(parse_us), std::nullopt, "<= 30 parses", parses <= 30});
}

void Run::of_store(std::size_t resources) {
  const auto server = gateway(scratch_of(resources));
  reads(resources, *server);
  searches(resources, *server);
  writes(resources, *server);
  const double memory = server->resident_mb();
  if (wanted("resident memory"))
    figures_.push_back({fmt::format("resident memory, {} resources, after its runs", resources),
                        fmt::format("{:.0f} MB", memory), "", std::nullopt, "<= 400 MB", memory <= 400});
  server->end();
}

std::vector<Figure> Run::all() {
  limits_alone();
  expressions();
  validations();
  start(0);
  for (const char* package : {"hl7.fhir.us.core-6.1.0", "hl7.fhir.us.core-7.0.0"}) start_with(package);
  for (const std::size_t resources : settings_.sizes) {
    start(resources);
    of_store(resources);
    storage(resources);
  }
  return std::move(figures_);
}

}  // namespace handoff::bench
