#include <unistd.h>

#include <fstream>

#include "json/document.h"
#include "mapping/mapping.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

constexpr Instant now{std::chrono::seconds{1'719'763'200}};  // 30 June 2024

constexpr std::string_view lookup = "code,display\nA,Alpha\nB,Beta\n";
constexpr std::string_view part = R"({"family": "{{ name }}"})";

// Records with the columns that the corpus declares. A mapping with other columns refuses them, and runs on
// an empty record.
constexpr std::string_view rows[] = {
    R"([{}])",
    R"([{"id": "1", "name": "Doe", "day": "2024-05-01", "code": "A", "count": "3", "flag": "true", "list": "a;b"}])",
    R"([{"id": "1"}, {"id": "1", "name": "Doe"}, {"id": "2", "day": "31/12/2023", "count": "x"}])",
    R"([{"id": "1", "person": {"name": "Doe", "day": "2024-05-01"}, "list": [{"code": "A"}, {"code": "C"}]}])",
};

// The mapping's folder. It is in memory if the machine has a place for that.
class Folder {
 public:
  Folder() {
    const std::filesystem::path memory = "/dev/shm";
    std::string path = (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) /
                       "handoff-fuzz-XXXXXX";
    if (!mkdtemp(path.data())) throw std::runtime_error("no folder for a mapping");
    path_ = path;
    write("lookups/codes.csv", lookup);
    write("parts/name.json", part);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  void write(const char* file, std::string_view text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void run(const mapping::Mapping& map, const mapping::Source& source) {
  mapping::OfflineWorld world;
  const mapping::RunContext context{&world, now, source.file, source.file_hash, nullptr};
  for (const auto& record : source.records) {
    for (const Instant stage : map.stages(record)) map.run(record, stage, context);
    const auto outcome = map.run(record, {}, context);
    const auto* mapped = std::get_if<mapping::Mapped>(&outcome);
    if (!mapped) continue;
    for (const auto& entry : mapped->entries)
      require(json::parse(json::write(entry.resource)).has_value(), "a resource that was made is no JSON");
  }
}

}  // namespace

void try_mapping(std::string_view text) {
  static const Folder folder;
  folder.write("map.json", text);
  const auto map = mapping::Mapping::load(folder.path(), "fuzz");
  if (!map) {
    require(!map.error().issues.empty(), "a mapping was refused without a reason");
    for (const Issue& issue : map.error().issues)
      require(!issue.diagnostics.empty(), "a mapping was refused without a reason");
    return;
  }
  for (const auto some : rows) {
    static json::Document kept;  // what is read refers to it
    kept = json::parse(some).value();
    if (const auto source = (*map)->read_rows(kept.root(), now)) run(**map, *source);
  }
}

}  // namespace handoff::fuzz
