// All definitions of the loaded packages, by type and canonical. If several packages define the same, the
// last one added wins. Immutable once it is shared.
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

  // `canonical` with or without "|version". Absent if there is none, or only another version.
  json::Value find(std::string_view type, std::string_view canonical) const;
  bool has(const Dependency& dependency) const;
  // Dependencies of the packages that are not loaded. R4 itself and its terminology are built in.
  std::vector<Dependency> missing() const;
  const std::vector<std::shared_ptr<const Package>>& packages() const { return packages_; }

 private:
  std::vector<std::shared_ptr<const Package>> packages_;
  std::unordered_map<std::string, json::Value> definitions_;  // "type url" and "type url|version"
};

}  // namespace handoff::packages
