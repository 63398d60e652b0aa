// A network in memory: the sample records of one seed, which the shipped mappings map in the order of their
// days.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "../shared_folder.h"
#include "core/civil.h"
#include "core/text.h"
#include "fhir/resource_id.h"
#include "json/document.h"
#include "mapping/mapping.h"

namespace handoff::mapping {

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Keeps the latest state of everything. It recognizes people by link, then by Medicaid number, then by name
// and birth date.
class Memory final : public World {
 public:
  std::string id_of(std::string_view type, std::string_view system, std::string_view value) override {
    return IdKey::of_no_installation().id(type, system, value);
  }
  identity::Recognition recognize(const PersonClaim& claim, std::string_view derived) override {
    std::vector<std::string> names;
    for (const Identifier& link : claim.links) names.push_back(link.system + "|" + link.value);
    if (!claim.medicaid.empty()) names.push_back("medicaid|" + claim.medicaid);
    names.push_back(fold(claim.family) + "|" + fold(claim.given) + "|" + claim.birth_date);
    std::string id(derived);
    for (const std::string& name : names)
      if (const auto known = people_.find(name); known != people_.end()) {
        id = known->second;
        break;
      }
    for (const std::string& name : names) people_.emplace(name, id);
    return {id, {}};
  }
  std::optional<std::string> find(std::string_view type, std::string_view system,
                                  std::string_view value) override {
    const auto found =
        identifiers_.find(std::string(type) + "|" + std::string(system) + "|" + std::string(value));
    return found == identifiers_.end() ? std::nullopt : std::optional(found->second);
  }
  json::Value read(std::string_view reference) override {
    const auto found = current_.find(std::string(reference));
    return found == current_.end() ? json::Value{} : found->second;
  }
  std::vector<json::Value> of_patient(const fhir::Reference& patient, std::string_view type) override {
    std::vector<json::Value> all;
    const auto known = of_patient_.find(patient);
    if (known == of_patient_.end()) return all;
    for (const std::string& reference : known->second)
      if (reference.starts_with(std::string(type) + "/")) all.push_back(current_.at(reference));
    return all;
  }
  void take(Mapped&& mapped) {
    for (const Entry& entry : mapped.entries) {
      const std::string reference = entry.type + "/" + entry.id;
      current_[reference] = entry.resource;
      of_patient_[mapped.patient].insert(reference);
      const json::Value identifier = entry.resource["identifier"];
      for (const json::Value each : identifier.items())
        identifiers_[entry.type + "|" + std::string(each["system"].text()) + "|" +
                     std::string(each["value"].text())] = reference;
    }
    kept_.push_back(std::move(mapped));
  }
  const std::map<std::string, json::Value>& current() const { return current_; }
  std::size_t count(std::string_view type, std::string_view status = {}) const {
    std::size_t found = 0;
    for (const auto& [reference, resource] : current_)
      if (resource["resourceType"].text() == type && (status.empty() || resource["status"].text() == status))
        ++found;
    return found;
  }

 private:
  std::map<std::string, std::string> people_, identifiers_;
  std::map<fhir::Reference, std::set<std::string>> of_patient_;
  std::map<std::string, json::Value> current_;
  std::vector<Mapped> kept_;
};

struct Feed {
  std::string mapping;
  std::string file;
};

inline const std::vector<Feed>& feeds() {  // in the order of one day
  static const std::vector<Feed> all = {{"organizations", "organizations.csv"},
                                        {"home_nursing/nurses", "home_nursing/nurses.csv"},
                                        {"corrections/referrals", "corrections/referrals.csv"},
                                        {"supervision/referrals", "supervision/referrals.jsonl"},
                                        {"community/referrals", "community/referrals.csv"},
                                        {"vendor/enrollments", "vendor/enrollments.csv"},
                                        {"vendor/consents", "vendor/consents.jsonl"},
                                        {"vendor/support_plans", "vendor/support_plans.jsonl"},
                                        {"vendor/discharges", "vendor/discharges.jsonl"}};
  return all;
}

inline std::filesystem::path shipped(const std::string& mapping) {
  return std::filesystem::path(HANDOFF_SOURCE_DIR) / "mappings" / mapping;
}

// The folder of the sample records of a seed; empty if their generator is not available.
inline std::filesystem::path sample_records(int seed) {
  const auto generator = shared_folder() / "records/generate.py";
  if (!std::filesystem::exists(generator)) return {};
  const auto folder = std::filesystem::temp_directory_path() / ("handoff-records-" + std::to_string(seed));
  const std::string call = "python3 '" + generator.string() + "' --people 400 --seed " +
                           std::to_string(seed) + " --out '" + folder.string() + "'";
  return std::system(call.c_str()) == 0 ? folder : std::filesystem::path{};
}

struct FeedCounts {
  std::size_t records = 0, mapped = 0, rejected = 0, duplicates = 0, waiting = 0;
};

// Everything that one folder of records produces.
struct Network {
  Memory memory;
  std::map<std::string, FeedCounts> counts;
  std::vector<Rejection> rejections;  // `field` and `reason` of each; their files are in `files`
  std::vector<std::string> files;
  std::set<std::string> disclosers;
  std::function<void(const Entry&)> seen = {};

  void run(const std::filesystem::path& records);

 private:
  struct Step {
    Instant at;
    std::size_t feed;
    const SourceRecord* record;
    bool is_last;
    std::optional<Instant> stage;
  };
  bool take(const Step& step);
  std::vector<Step> steps();
  std::vector<std::shared_ptr<const Mapping>> mappings_;
  std::vector<Source> sources_;
};

}  // namespace handoff::mapping
