// Our profiles and their examples, as they are committed (fhir-profiles/compiled).
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "../validation/published.h"
#include "json/document.h"

namespace handoff::validation {

inline const std::filesystem::path compiled = HANDOFF_SOURCE_DIR "/fhir-profiles/compiled";

// The documents by file name, in the order of the names.
inline std::map<std::string, json::Document> read_folder(const std::filesystem::path& folder) {
  std::map<std::string, json::Document> all;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    auto document = json::parse(read_file(file.path()));
    if (document) all.emplace(file.path().filename().string(), std::move(*document));
    else ADD_FAILURE() << file.path() << ": " << document.error().summary();
  }
  return all;
}

inline std::string ours(std::string_view name) {
  return "https://handoff.example.org/fhir/StructureDefinition/" + std::string(name);
}

// "contact-rosa" → the Encounter with that id.
inline json::Document example(const std::string& id) {
  for (auto& [name, document] : read_folder(compiled / "examples"))
    if (document.root()["id"].text() == id) return std::move(document);
  ADD_FAILURE() << "no example " << id;
  return {};
}

inline std::vector<Issue> errors_of(std::vector<Issue> issues) {
  std::erase_if(issues, [](const Issue& issue) {
    return issue.severity != Severity::error && issue.severity != Severity::fatal;
  });
  return issues;
}

}  // namespace handoff::validation
