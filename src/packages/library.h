// All definitions of the packages that are loaded, by type and canonical; what several packages define is the latest one's.
// Immutable once it is shared.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "packages/package.h"

namespace handoff::packages {

class Library {
 public:
  void add(std::shared_ptr<const Package> package);

  // `canonical` with or without "|version"; absent if there is none, or of another version only.
  json::Value find(std::string_view type, std::string_view canonical) const;
  bool has(const Dependency& dependency) const;
  // What the packages need and nobody has loaded. R4 itself and its terminology are built in.
  std::vector<Dependency> missing() const;
  const std::vector<std::shared_ptr<const Package>>& packages() const { return packages_; }

 private:
  std::vector<std::shared_ptr<const Package>> packages_;
  std::unordered_map<std::string, json::Value> definitions_;  // "type url" and "type url|version"
};

}  // namespace handoff::packages
