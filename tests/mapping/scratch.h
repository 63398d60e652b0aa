// A mapping of one test. It is written to a folder of its own, loaded, and run offline.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/civil.h"
#include "json/document.h"
#include "mapping/mapping.h"

namespace handoff::mapping {

inline Instant noon() { return span_of("2024-06-30T12:00:00-04:00")->first; }

class Scratch {
 public:
  explicit Scratch(std::string_view map) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::temp_directory_path() / ("handoff-mapping-" + std::string(test->test_suite_name()) +
                                                  "-" + test->name() + "-" + std::to_string(++count()));
    write("map.json", map);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(folder_); }

  void write(const std::string& file, std::string_view text) const {
    std::filesystem::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }
  const std::filesystem::path& folder() const { return folder_; }
  Result<std::shared_ptr<const Mapping>> load() const { return Mapping::load(folder_, "t"); }
  // All errors of the load, one in each line.
  std::string errors() const {
    const auto loaded = load();
    std::string all;
    if (loaded) return all;
    const Problem problem = loaded.error();
    for (const Issue& issue : problem.issues) all += issue.diagnostics + "\n";
    return all;
  }
  std::shared_ptr<const Mapping> mapping() const {
    EXPECT_EQ(errors(), "");
    const auto loaded = load();
    return loaded ? *loaded : nullptr;
  }

 private:
  static int& count() {
    static int made = 0;
    return made;
  }
  std::filesystem::path folder_;
};

// map.json of a CSV source with these columns and these produced resources. `more` holds further keys, each
// with a comma at its end.
inline std::string csv_map(std::string_view columns, std::string_view produce, std::string_view more = {}) {
  return std::string(
             R"({"map": "t", "version": "1", "source": {"format": "csv", "charset": "utf-8|windows-1252", "columns": {)") +
         std::string(columns) + "}}, " + std::string(more) + R"("produce": {)" + std::string(produce) + "}}";
}

// A produced Patient with the key of the column id and with these further members.
inline std::string patient(std::string_view members) {
  return R"("patient": {"key": ["urn:x", "{{ id }}"], "resource": {"resourceType": "Patient")" +
         (members.empty() ? std::string() : ", " + std::string(members)) + "}}";
}

inline Outcome run_one(const Mapping& mapping, const Source& source, std::size_t index, World& world,
                       std::optional<Instant> stage = {}) {
  const RunContext context{&world, noon(), source.file, source.file_hash, nullptr};
  return mapping.run(source.records.at(index), stage, context);
}

}  // namespace handoff::mapping
