// A FHIR package (NPM-style .tgz): its manifest and the definitions in its folder "package". Examples and other folders are
// left alone. Immutable; taken whole or not at all.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/document.h"

namespace handoff::packages {

struct Dependency {
  std::string name;
  std::string version;  // "5.0.0", "5.0.x", "latest"
};

struct Definition {
  std::string file;  // within the package: "package/ValueSet-v.json"
  json::Document document;

  json::Value root() const { return document.root(); }
};

class Package {
 public:
  // Problem: incorrect, with the file within the package as expression.
  static Result<std::shared_ptr<const Package>> read(std::string_view tgz);
  // A package of one definition, for one that stands alone.
  static std::shared_ptr<const Package> of(json::Document definition);

  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  const std::vector<Dependency>& dependencies() const { return dependencies_; }
  const std::vector<Definition>& definitions() const { return definitions_; }  // resources with a url, no two of one canonical

 private:
  Result<void> read_manifest(json::Value manifest);
  Result<void> check_canonicals() const;

  std::string name_;
  std::string version_;
  std::vector<Dependency> dependencies_;
  std::vector<Definition> definitions_;
};

// True if `version` is what a dependency asks for: the same, "x" for any part, "latest" and "current" for all.
bool satisfies(std::string_view version, std::string_view wanted);

}  // namespace handoff::packages
