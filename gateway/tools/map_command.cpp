#include "tools/map_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "core/clock.h"
#include "json/document.h"
#include "json/writer.h"
#include "mapping/bundle.h"
#include "mapping/mapping.h"
#include "mapping/test_runner.h"
#include "serve/configuration.h"
#include "serve/files.h"
#include "serve/keys.h"
#include "tools/map_report.h"
#include "tools/map_sender.h"
#include "tools/write_check.h"

namespace handoff::gateway {
namespace {

// Takes the Bundles of a run, one call for each record.
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
  Folder(std::filesystem::path folder, std::string stem)
      : folder_(std::move(folder)), stem_(std::move(stem)) {
    std::filesystem::create_directories(folder_);
  }
  Result<void> take(std::string_view bundle, std::size_t record) override {
    return write_file(folder_ / fmt::format("{}-{}.json", stem_, record), bundle);
  }

 private:
  const std::filesystem::path folder_;
  const std::string stem_;
};

Result<std::unique_ptr<Sink>> make_sink(const MapRunOptions& options, const std::filesystem::path& input) {
  if (!options.to) return std::make_unique<Output>();
  return std::make_unique<Folder>(*options.to, input.stem().string());
}

// The file with the key of the installation's ids. None: the run belongs to no installation.
Result<std::optional<std::filesystem::path>> id_key_file(const MapRunOptions& options) {
  if (int(options.id_key.has_value()) + int(options.data.has_value()) + int(options.config.has_value()) > 1)
    return problem(Kind::incorrect, "give one of --id-key, --data and --config", "--id-key");
  if (options.data) return std::optional(*options.data / "id.key");
  if (!options.config) return options.id_key;
  const auto configuration = read_configuration(*options.config, options.home);
  if (!configuration) return configuration.error();
  return std::optional(configuration->id_key_file);
}

// A Bundle for a gateway needs the gateway's key. Otherwise anybody could compute its ids, and the gateway's
// own intake would give the same records other ids.
Result<IdKey> ids_of(const MapRunOptions& options) {
  const auto file = id_key_file(options);
  if (!file) return file.error();
  if (*file) {
    auto key = read_key(**file);
    if (!key) return key.error();
    return IdKey(std::move(*key));
  }
  if (!options.rows && !options.json)
    fmt::print(stderr,
               "note: without --id-key, --data or --config the ids belong to no installation, "
               "and anybody can compute them\n");
  return IdKey::of_no_installation();
}

// A mapping outside the folder of mappings has the name that its own file says.
std::string own_name(const std::filesystem::path& folder) {
  const auto text = read_file(folder / "map.json");
  const auto parsed = text ? json::parse(*text, {.relaxed = true}) : Result<json::Document>(text.error());
  return parsed ? std::string(parsed->root()["map"].text()) : folder.filename().string();
}

Result<std::shared_ptr<const mapping::Mapping>> load(const std::string& map,
                                                     const std::filesystem::path& mappings) {
  const std::filesystem::path folder = std::filesystem::exists(std::filesystem::path(map) / "map.json")
                                           ? std::filesystem::path(map)
                                           : mappings / map;
  std::string name = std::filesystem::relative(folder, mappings).generic_string();
  if (!std::filesystem::exists(folder / "map.json"))
    return problem(
        Kind::incorrect,
        fmt::format("there is no mapping \"{}\" (looked for {})", map, (folder / "map.json").string()),
        "MAP");
  if (name.starts_with("..")) name = own_name(folder);
  return mapping::Mapping::load(folder, name);
}

void print_problem(std::string_view command, const Problem& problem) {
  for (const Issue& issue : problem.issues)
    fmt::print(stderr, "handoff map {}: {}{}{}\n", command, issue.expression,
               issue.expression.empty() ? "" : ": ", issue.diagnostics);
}

// Maps one input file.
class FileRun {
 public:
  struct Means {
    const mapping::Mapping& map;
    const IdKey& ids;
    const WriteCheck& check;
  };
  FileRun(const MapRunOptions& options, const Means& means, MapReport& report)
      : options_(options), map_(means.map), ids_(means.ids), check_(means.check), report_(report) {}

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
    const std::size_t last =
        options_.rows ? std::min(*options_.rows, source->records.size()) : source->records.size();
    for (std::size_t i = 0; i < last; ++i)
      if (auto taken = record(source->records[i], context, **sink); !taken) {
        report_.left = last - i;
        report_.records += report_.left - 1;
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
    ++report_.records;
    if (each.is_duplicate) {
      ++report_.duplicates;
      return {};
    }
    if (each.rejection) return reject(context.file, *each.rejection);
    const mapping::Outcome outcome = map_.run(each, std::nullopt, context);
    if (const auto* rejection = std::get_if<mapping::Rejection>(&outcome))
      return reject(context.file, *rejection);
    const auto& mapped = std::get<mapping::Mapped>(outcome);  // offline, no record waits
    if (mapped.entries.empty()) {
      ++report_.empty;
      return {};
    }
    json::Arena arena;
    const json::Value bundle = mapping::to_transaction(arena, mapped);
    const auto taken =
        sink.take(options_.rows ? json::write_pretty(bundle) : json::write(bundle), each.number);
    if (taken) ++report_.mapped;
    return taken;
  }

  Result<void> reject(const std::string& file, const mapping::Rejection& rejection) {
    report_.reject(file, rejection);
    return {};
  }

  const MapRunOptions& options_;
  const mapping::Mapping& map_;
  const IdKey& ids_;
  const WriteCheck& check_;
  MapReport& report_;
};

int exit_code(const Problem& problem) {
  return problem.kind == Kind::incorrect || problem.kind == Kind::not_found ? 2 : 1;
}

// The problem is a fault of the call or of the configuration.
Problem as_incorrect(Problem problem) {
  problem.kind = Kind::incorrect;
  return problem;
}

bool is_url(const std::string& to) { return to.starts_with("https://") || to.starts_with("http://"); }

// The name of MAP at a gateway. A gateway has mappings of its own, so the mapping need not be here.
std::string name_there(const MapRunOptions& options) {
  const std::filesystem::path folder(options.map);
  return std::filesystem::exists(folder / "map.json") ? own_name(folder) : options.map;
}

Result<void> send_all(const MapRunOptions& options, MapReport& report) {
  if (options.id_key || options.data || options.config)
    return problem(Kind::incorrect, "a gateway uses its own id key: leave out --id-key, --data and --config",
                   "--to");
  auto sender = MapSender::open({*options.to, options.token_file.value_or(std::filesystem::path()),
                                 options.ca_file.value_or(std::filesystem::path()), name_there(options)});
  if (!sender) return sender.error();
  for (const auto& input : options.inputs)
    if (auto sent = (*sender)->send(input, report); !sent) return sent.error();
  return {};
}

Result<void> map_all(const MapRunOptions& options, MapReport& report) {
  const auto map = load(options.map, options.mappings);
  if (!map) return as_incorrect(map.error());
  const auto ids = ids_of(options);
  if (!ids) return as_incorrect(ids.error());
  const auto writes = WriteCheck::of(options.config, options.home);
  if (!writes) return as_incorrect(writes.error());
  FileRun run(options, {**map, *ids, *writes}, report);
  Result<void> done;
  for (auto input = options.inputs.begin(); done && input != options.inputs.end(); ++input)
    done = run.run(*input);
  return done;
}

std::string result_json(std::string_view mapping, const mapping::TestResult& result) {
  std::string out;
  json::Writer writer(out, json::Style::spaced);
  writer.begin_object().key("mapping").text(mapping).key("test").text(result.name);
  writer.key("passed").boolean(result.passed).end_object();
  return out;
}

}  // namespace

int run_map(const MapRunOptions& options) {
  const char* const command = options.rows ? "preview" : "run";
  MapReport report;
  const Result<void> done =
      options.to && is_url(*options.to) ? send_all(options, report) : map_all(options, report);
  if (!done) print_problem(command, done.error());
  if (!done && report.records == 0) return exit_code(done.error());  // before any record
  if (options.rejects)
    if (auto written = write_file(*options.rejects, report.rejects()); !written)
      return print_problem(command, written.error()), 1;
  report.print(options.json);
  return !done ? 1 : report.rejected > 0 ? 3 : 0;
}

int test_mappings(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& mappings,
                  bool as_json) {
  std::size_t passed = 0, failed = 0;
  std::string report;
  const auto writes = WriteCheck::of(std::nullopt, {});
  if (!writes) return print_problem("test", writes.error()), 2;
  for (const auto& folder : folders) {
    const auto map = load(folder.string(), mappings);
    if (!map) return print_problem("test", map.error()), 2;
    const auto tested =
        mapping::run_tests(**map, [&](json::Value resource) { return writes->refusals(resource); });
    if (!tested) return print_problem("test", tested.error()), 2;
    for (const auto& result : tested->results) {
      ++(result.passed ? passed : failed);
      if (as_json) report += result_json((*map)->name(), result) + "\n";
      else
        report +=
            fmt::format("{} {}: {}\n", result.passed ? "passed" : "FAILED", (*map)->name(), result.name);
      for (const auto& message : result.messages) fmt::print(stderr, "    {}\n", message);
    }
    for (const auto& warning : tested->warnings)
      fmt::print(stderr, "warning: {}: {}\n", (*map)->name(), warning);
  }
  fmt::print("{}", report);
  if (!as_json) fmt::print("{} passed, {} failed\n", passed, failed);
  return failed > 0 ? 1 : 0;
}

}  // namespace handoff::gateway
