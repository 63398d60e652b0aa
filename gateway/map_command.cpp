#include "map_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "configuration.h"
#include "core/clock.h"
#include "counted.h"
#include "files.h"
#include "json/document.h"
#include "keys.h"
#include "load_sender.h"
#include "mapping/bundle.h"
#include "mapping/mapping.h"
#include "mapping/test_runner.h"
#include "net/client.h"
#include "write_check.h"

namespace handoff::gateway {
namespace {

// Where the Bundles of a run go: one call a record.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<void> take(std::string_view bundle, std::size_t record) = 0;
};

class Output final : public Sink {
 public:
  Result<void> take(std::string_view bundle, std::size_t) override {
    fmt::print("{}\n", bundle);
    return {};
  }
};

class Folder final : public Sink {
 public:
  Folder(std::filesystem::path folder, std::string stem) : folder_(std::move(folder)), stem_(std::move(stem)) {
    std::filesystem::create_directories(folder_);
  }
  Result<void> take(std::string_view bundle, std::size_t record) override {
    return write_file(folder_ / fmt::format("{}-{}.json", stem_, record), bundle);
  }

 private:
  const std::filesystem::path folder_;
  const std::string stem_;
};

class Remote final : public Sink {
 public:
  Remote(std::string url, std::string token, net::ClientOptions options)
      : url_(std::move(url)), token_(std::move(token)), client_(std::move(options)) {}
  Result<void> take(std::string_view bundle, std::size_t) override {
    const auto answer = client_.send(
        {"POST", url_, {{"Content-Type", "application/fhir+json"}, {"Authorization", "Bearer " + token_}}, std::string(bundle)});
    if (!answer) return answer.error();
    if (answer->status >= 200 && answer->status < 300) return {};
    const Kind kind = answer->status == 401 ? Kind::unauthenticated : Kind::unprocessable;
    if (auto of_entry = refusal_of_entry(*answer)) return std::move(*of_entry);
    return problem(kind, fmt::format("{} answered {}", url_, refusal_text(*answer)));
  }

 private:
  // Of one resource of the Bundle; what its column is, the mapping knows.
  std::optional<Problem> refusal_of_entry(const net::Response& answer) const {
    const auto outcome = json::parse(answer.body);
    if (!outcome) return std::nullopt;
    const json::Value issue = outcome->root()["issue"].at(0);
    const std::string_view expression = issue["expression"].at(0).text();
    if (answer.status == 401 || !expression.starts_with("Bundle.entry[")) return std::nullopt;
    return problem(Kind::unprocessable, fmt::format("{} answered {} {}", url_, answer.status, issue["diagnostics"].text()),
                   std::string(expression));
  }

  const std::string url_, token_;
  net::Client client_;
};

Result<std::unique_ptr<Sink>> make_sink(const MapRunOptions& options, const std::filesystem::path& input) {
  if (!options.to) return std::make_unique<Output>();
  if (options.to->starts_with("http://")) return problem(Kind::incorrect, "only https is spoken with a gateway", "--to");
  if (!options.to->starts_with("https://")) return std::make_unique<Folder>(*options.to, input.stem().string());
  if (!options.token_file) return problem(Kind::incorrect, "a gateway needs a token: --token FILE", "--token");
  auto token = read_file(*options.token_file);
  if (!token) return token.error();
  token->erase(token->find_last_not_of(" \r\n") + 1);
  net::ClientOptions client;
  if (options.ca_file) client.ca_file = *options.ca_file;
  client.allowed_addresses = {"127.0.0.1", "::1"};
  return std::make_unique<Remote>(*options.to, *token, client);
}

// Where the key of the installation's ids is; nothing: a run for no installation.
Result<std::optional<std::filesystem::path>> id_key_file(const MapRunOptions& options) {
  if (int(options.id_key.has_value()) + int(options.data.has_value()) + int(options.config.has_value()) > 1)
    return problem(Kind::incorrect, "give one of --id-key, --data and --config", "--id-key");
  if (options.data) return std::optional(*options.data / "id.key");
  if (!options.config) return options.id_key;
  const auto configuration = read_configuration(*options.config, options.home);
  if (!configuration) return configuration.error();
  return std::optional(configuration->id_key_file);
}

// What goes to a gateway wants its key, or anybody could compute its ids, and its own intake would give the same records others.
Result<IdKey> ids_of(const MapRunOptions& options) {
  const auto file = id_key_file(options);
  if (!file) return file.error();
  if (*file) {
    auto key = read_key(**file);
    if (!key) return key.error();
    return IdKey(std::move(*key));
  }
  if (!options.rows && !options.json)
    fmt::print(stderr, "note: without --id-key, --data or --config these are ids of no installation, which anybody can compute\n");
  return IdKey::of_no_installation();
}

// A cell of a table that people open in a spreadsheet: what begins like a formula is text there behind an apostrophe.
std::string csv_field(std::string_view cell) {
  const bool is_formula = !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
  const std::string text = (is_formula ? "'" : "") + std::string(cell);
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string csv_line(const std::string& file, const mapping::Rejection& r) {
  return fmt::format("{},{},{},{},{},{},{}\r\n", csv_field(file), r.record, csv_field(r.key), csv_field(r.field), csv_field(r.value),
                     csv_field(r.reason), csv_field(r.mapping));
}

// Outside the folder of mappings a mapping is called what it calls itself.
std::string own_name(const std::filesystem::path& folder) {
  const auto text = read_file(folder / "map.json");
  const auto parsed = text ? json::parse(*text, {.relaxed = true}) : Result<json::Document>(text.error());
  return parsed ? std::string(parsed->root()["map"].text()) : folder.filename().string();
}

Result<std::shared_ptr<const mapping::Mapping>> load(const std::string& map, const std::filesystem::path& mappings) {
  const std::filesystem::path folder =
      std::filesystem::exists(std::filesystem::path(map) / "map.json") ? std::filesystem::path(map) : mappings / map;
  std::string name = std::filesystem::relative(folder, mappings).generic_string();
  if (!std::filesystem::exists(folder / "map.json"))
    return problem(Kind::incorrect, fmt::format("there is no mapping \"{}\" (looked for {})", map, (folder / "map.json").string()), "MAP");
  if (name.starts_with("..")) name = own_name(folder);
  return mapping::Mapping::load(folder, name);
}

void print_problem(std::string_view command, const Problem& problem) {
  for (const Issue& issue : problem.issues)
    fmt::print(stderr, "handoff map {}: {}{}{}\n", command, issue.expression, issue.expression.empty() ? "" : ": ", issue.diagnostics);
}

struct Counts {
  std::size_t records = 0, mapped = 0, duplicates = 0, rejected = 0;
  std::size_t empty = 0;  // sound, and nothing came of them
  std::size_t left = 0;  // of a file that was given up, with the record at which it was
};

// One input file. What is rejected goes to `rejects` as CSV lines and to stderr as one line each.
class FileRun {
 public:
  struct Means {
    const mapping::Mapping& map;
    const IdKey& ids;
    const WriteCheck& check;
  };
  FileRun(const MapRunOptions& options, const Means& means, Counts& counts, std::string& rejects)
      : options_(options), map_(means.map), ids_(means.ids), check_(means.check), counts_(counts), rejects_(rejects) {}

  Result<void> run(const std::filesystem::path& input) {
    auto bytes = read_file(input);
    if (!bytes) return bytes.error();
    const Instant now = SystemClock().now();
    auto source = map_.read(std::move(*bytes), input.filename().string(), now);
    if (!source) return named(source.error(), input);
    auto sink = make_sink(options_, input);
    if (!sink) return sink.error();
    mapping::OfflineWorld world(ids_);
    mapping::RunContext context{&world, now, source->file, source->file_hash};
    context.refusals = [this](json::Value resource) { return check_.refusals(resource); };
    const std::size_t last = options_.rows ? std::min(*options_.rows, source->records.size()) : source->records.size();
    for (std::size_t i = 0; i < last; ++i)
      if (auto taken = record(source->records[i], context, **sink); !taken) {
        counts_.left = last - i;
        counts_.records += counts_.left - 1;
        return taken.error();
      }
    return {};
  }

 private:
  static Problem named(Problem refused, const std::filesystem::path& input) {
    for (Issue& issue : refused.issues)
      if (issue.expression.empty()) issue.expression = input.string();
    return refused;
  }

  Result<void> record(const mapping::SourceRecord& each, const mapping::RunContext& context, Sink& sink) {
    ++counts_.records;
    if (each.is_duplicate) {
      ++counts_.duplicates;
      return {};
    }
    if (each.rejection) return reject(context.file, *each.rejection);
    const mapping::Outcome outcome = map_.run(each, std::nullopt, context);
    if (const auto* rejection = std::get_if<mapping::Rejection>(&outcome)) return reject(context.file, *rejection);
    const auto& mapped = std::get<mapping::Mapped>(outcome);  // offline, nothing is waited for
    if (mapped.entries.empty()) {
      ++counts_.empty;
      return {};
    }
    json::Arena arena;
    const json::Value bundle = mapping::to_transaction(arena, mapped);
    const auto taken = sink.take(options_.rows ? json::write_pretty(bundle) : json::write(bundle), each.number);
    if (!taken && taken.error().kind == Kind::unprocessable) {  // refused there: the others go on
      if (!taken.error().issues.front().expression.empty()) return reject(context.file, map_.refused(each, mapped, taken.error()));
      mapping::Rejection refused{each.number, each.key, {}, {}, taken.error().summary(), std::string(map_.name())};
      return reject(context.file, refused);
    }
    if (taken) ++counts_.mapped;
    return taken;
  }

  Result<void> reject(const std::string& file, const mapping::Rejection& r) {
    ++counts_.rejected;
    rejects_ += csv_line(file, r);
    const bool is_whole = r.field.empty();  // the record as it stands, not one value of it
    const std::string& place = is_whole ? r.key : r.field;
    fmt::print(stderr, "{} record {}{}{}: {} ({}{})\n", file, r.record, place.empty() ? "" : " ", place, r.reason,
               is_whole && r.value.empty() ? "" : fmt::format("value \"{}\"; ", r.value), r.mapping);
    return {};
  }

  const MapRunOptions& options_;
  const mapping::Mapping& map_;
  const IdKey& ids_;
  const WriteCheck& check_;
  Counts& counts_;
  std::string& rejects_;
};

void print_report(const Counts& c, bool json) {
  if (json)
    return fmt::print(stderr, "{{\"records\": {}, \"mapped\": {}, \"rejected\": {}, \"duplicates\": {}{}{}}}\n", c.records, c.mapped,
                      c.rejected, c.duplicates, c.empty > 0 ? fmt::format(", \"empty\": {}", c.empty) : "",
                      c.left > 0 ? fmt::format(", \"left\": {}", c.left) : "");
  fmt::print(stderr, "{}: {} mapped, {} rejected, {}{}{}\n", counted(c.records, "record"), c.mapped, c.rejected,
             counted(c.duplicates, "duplicate"), c.empty > 0 ? fmt::format(", {} empty", c.empty) : "",
             c.left > 0 ? fmt::format(", given up on {} and what comes behind", c.left) : "");
}

int exit_code(const Problem& problem) { return problem.kind == Kind::incorrect || problem.kind == Kind::not_found ? 2 : 1; }

}  // namespace

int run_map(const MapRunOptions& options) {
  const char* const command = options.rows ? "preview" : "run";
  const auto map = load(options.map, options.mappings);
  if (!map) return print_problem(command, map.error()), 2;
  const auto ids = ids_of(options);
  if (!ids) return print_problem(command, ids.error()), 2;
  const auto writes = WriteCheck::of(options.config, options.home);
  if (!writes) return print_problem(command, writes.error()), 2;
  Counts counts;
  std::string rejects = "file,record,key,field,value,reason,mapping\r\n";
  FileRun run(options, {**map, *ids, *writes}, counts, rejects);
  Result<void> done;
  for (auto input = options.inputs.begin(); done && input != options.inputs.end(); ++input) done = run.run(*input);
  if (!done) print_problem(command, done.error());
  if (!done && counts.left == 0) return exit_code(done.error());  // before any record of this file
  if (options.rejects)
    if (auto written = write_file(*options.rejects, rejects); !written) return print_problem(command, written.error()), 1;
  print_report(counts, options.json);
  return !done ? 1 : counts.rejected > 0 ? 3 : 0;
}

int test_mappings(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& mappings, bool as_json) {
  std::size_t passed = 0, failed = 0;
  std::string report;
  const auto writes = WriteCheck::of(std::nullopt, {});
  if (!writes) return print_problem("test", writes.error()), 2;
  for (const auto& folder : folders) {
    const auto map = load(folder.string(), mappings);
    if (!map) return print_problem("test", map.error()), 2;
    const auto tested = mapping::run_tests(**map, [&](json::Value resource) { return writes->refusals(resource); });
    if (!tested) return print_problem("test", tested.error()), 2;
    for (const auto& result : tested->results) {
      ++(result.passed ? passed : failed);
      json::Arena arena;
      if (as_json)
        report += fmt::format("{{\"mapping\": \"{}\", \"test\": {}, \"passed\": {}}}\n", (*map)->name(),
                              json::write(arena.string(result.name)), result.passed);
      else report += fmt::format("{} {}: {}\n", result.passed ? "passed" : "FAILED", (*map)->name(), result.name);
      for (const auto& message : result.messages) fmt::print(stderr, "    {}\n", message);
    }
    for (const auto& warning : tested->warnings) fmt::print(stderr, "warning: {}: {}\n", (*map)->name(), warning);
  }
  fmt::print("{}", report);
  if (!as_json) fmt::print("{} passed, {} failed\n", passed, failed);
  return failed > 0 ? 1 : 0;
}

}  // namespace handoff::gateway
