// Published cases and packages: in HANDOFF_SHARED, or beside the sources. Tests that need them skip if they
// are absent.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "../shared_folder.h"
#include "json/document.h"
#include "packages/library.h"
#include "terminology/terminology.h"
#include "validation/validator.h"

namespace handoff::validation {

inline std::filesystem::path shared(const std::string& below) { return shared_folder() / "testdata" / below; }

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A validator that knows the content of a Library.
struct Equipment {
  explicit Equipment(packages::Library loaded = {}) : library(std::move(loaded)) {
    for (const auto& package : library.packages())
      for (const packages::Definition& definition : package->definitions())
        if (const auto type = definition.root()["resourceType"].text();
            type == "CodeSystem" || type == "ValueSet")
          if (const auto added = value_sets.add(json::Document(json::Arena(), definition.root())); !added)
            ADD_FAILURE() << definition.file << ": " << added.error().summary();
  }

  packages::Library library;
  Profiles profiles{fhir::Definitions::r4(),
                    [this](std::string_view type, std::string_view url) { return library.find(type, url); }};
  terminology::Terminology value_sets;
  Validator validator{profiles, value_sets};
};

inline std::string describe(const std::vector<Issue>& issues) {
  std::string text;
  for (const Issue& issue : issues)
    text += std::string(to_code(issue.severity)) + " " + issue.expression + " [" + issue.code + " " +
            issue.constraint + "] " + issue.diagnostics + "\n";
  return text;
}

}  // namespace handoff::validation
